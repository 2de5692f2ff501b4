"""Parsed forms that are kept: what the same bytes were read into before need not be read again."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.parsed import parser_profile
from models.tables.documents import VersionRecord

Text = ColumnElement[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
Json = ColumnElement[Any] | InstrumentedAttribute[dict[str, Any]]


def extension_of(name: Text) -> ColumnElement[str]:
    """The file name's extension in small letters, with its dot; empty when it has none.

    It counts because text alone does not tell a source file from a letter.
    """
    return func.lower(func.coalesce(func.substring(name, r"\.[^./]+$"), ""))


def kept_parse(tenant_id: Text, sha256: Text, name: Text, parsing: Json) -> ScalarSelect[str | None]:
    """The address of the tenant's newest parse of the same bytes, by the same extension and options, or NULL.

    What has no pages is read under its name, as source code is, so only the very same name will do.
    What another version of the parser made does not count.
    """
    version = _other_version()
    return (
        select(version.artifact)
        .where(
            version.tenant_id == tenant_id,
            version.sha256 == sha256,
            version.artifact.is_not(None),
            extension_of(version.name) == extension_of(name),
            or_(version.name == name, version.page_count > 0),
            version.parsing == parsing,
            version.manifest["parser"].astext == parser_profile(),
        )
        .order_by(version.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )


@cache
def _other_version() -> type[VersionRecord]:
    """Versions beside those of the enclosing query. To make such a thing takes longer than to ask for it."""
    return aliased(VersionRecord)
