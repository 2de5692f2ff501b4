"""Parsed forms that are kept: what the same bytes were read into before need not be read again."""

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.tables.documents import VersionRecord

Text = ColumnElement[str] | InstrumentedAttribute[str]


def extension_of(name: Text) -> ColumnElement[str]:
    """The file name's extension in small letters, with its dot; empty when it has none.

    It counts because text alone does not tell a source file from a letter.
    """
    return func.lower(func.coalesce(func.substring(name, r"\.[^./]+$"), ""))


def kept_parse(tenant_id: Text, sha256: Text, name: Text) -> ScalarSelect[str | None]:
    """The address of the tenant's newest parse of the same bytes under the same extension, or NULL."""
    version = aliased(VersionRecord)
    return (
        select(version.artifact)
        .where(
            version.tenant_id == tenant_id,
            version.sha256 == sha256,
            version.artifact.is_not(None),
            extension_of(version.name) == extension_of(name),
        )
        .order_by(version.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
