"""What jobs are to cut: the bytes of an upload, and the work on them that is known already."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.chunk import PROFILE
from models.errors import Conflict
from models.parsed import parser_profile
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord, JobState
from services.infra.parse_rows import extension_of, kept_parse

LIVE = (JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED)
"""States of jobs that have made a version or will, of bytes that are known."""

ASKED = (*LIVE, JobState.FETCHING)


@dataclass(frozen=True, slots=True)
class Source:
    """An uploaded file: its name as it came (never used as a path), address and number of its bytes.

    `parsing` says how it is to be read: ParsingOptions in their stored form.
    """

    name: str
    sha256: str
    size: int
    parsing: Mapping[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """For every table that has a source."""
        return {**asdict(self), "parsing": dict(self.parsing)}


async def newest_source(session: AsyncSession, document: DocumentRecord) -> Source:
    """What a job without bytes of its own cuts: the newest upload that has not failed, else the newest.

    Conflict as long as there are no bytes of the document.
    """
    query = (
        select(JobRecord.name, JobRecord.sha256, JobRecord.size, JobRecord.parsing)
        .where(JobRecord.document_id == document.id, JobRecord.sha256.is_not(None))
        .order_by(JobRecord.state.in_(LIVE).desc(), JobRecord.ordinal.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    if row is not None:
        return Source(*row)
    if document.sha256 is None:
        raise Conflict("The bytes of this document have not been fetched.")
    return Source(document.name, *document.stored, document.parsing)


async def is_parsed(session: AsyncSession, tenant_id: str, source: Source) -> bool:
    """Whether a parse of these bytes is kept."""
    parsing = cast(dict(source.parsing), JSONB)
    known = kept_parse(literal(tenant_id), literal(source.sha256), literal(source.name), parsing)
    return await session.scalar(select(known)) is not None


async def same_work(
    session: AsyncSession,
    tenant_id: str,
    source: Source,
    wanted: Mapping[str, Any],
    *,
    document_id: str | None,
    asking: str | None = None,
) -> JobRecord | None:
    """The job that does or did just this, if its version is or will be the current one of its document.

    `wanted` holds the job's options and endpoint_id. Looked for in one document, or in all that have no
    external id and are no members of an archive. What an older Kerf has cut counts as other work.
    `asking` is the job that wants to know, if it has its place among the document's submissions already.
    """
    asked = Asked(
        literal(source.name),
        literal(source.sha256),
        cast(dict(source.parsing), JSONB),
        cast(dict(wanted["options"]), JSONB),
    )
    query = (
        doing(tenant_id, asked, wanted["endpoint_id"], asking)
        .where(is_nameless() if document_id is None else DocumentRecord.id == document_id)
        .with_only_columns(JobRecord)
    )
    found: JobRecord | None = await session.scalar(query, execution_options={"populate_existing": True})
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What work is looked for by, as the database sees it."""

    name: ColumnElement[str]
    sha256: ColumnElement[str]
    parsing: ColumnElement[Any]
    options: ColumnElement[Any]


def doing(
    tenant_id: str, asked: Asked, endpoint_id: str | None, asking: str | None = None
) -> Select[str, str]:
    """The newest job that does or did what is asked for, and its document. See `same_work`."""
    return (
        select(JobRecord.id, JobRecord.document_id)
        .join(DocumentRecord, DocumentRecord.id == JobRecord.document_id)
        .where(
            JobRecord.tenant_id == tenant_id,
            JobRecord.sha256 == asked.sha256,
            extension_of(JobRecord.name) == extension_of(asked.name),
            JobRecord.parsing == asked.parsing,
            JobRecord.options == asked.options,
            JobRecord.endpoint_id.is_not_distinct_from(endpoint_id),
            JobRecord.state.in_(LIVE),
            or_(JobRecord.state != JobState.SUCCEEDED, _is_up_to_date()),
            ~_is_outdone(asking),
        )
        .order_by(JobRecord.created_at.desc())
        .limit(1)
    )


async def wait_for_equal(session: AsyncSession, tenant_id: str, sha256: str) -> None:
    """Until the commit, other uploads of the same bytes wait here: the later of two finds the first."""
    alone, equal = _lock_of(tenant_id), func.hashtextextended(f"{tenant_id} {sha256}", 0)
    waiting = select(func.pg_advisory_xact_lock_shared(alone), func.pg_advisory_xact_lock(equal))
    await session.execute(waiting)


async def wait_for_all(session: AsyncSession, tenant_id: str) -> None:
    """The same for whatever bytes: one lock, whoever has a thousand documents."""
    await session.execute(select(func.pg_advisory_xact_lock(_lock_of(tenant_id))))


def is_nameless() -> ColumnElement[bool]:
    """Whether a document is known by nothing but its bytes."""
    return and_(DocumentRecord.external_id.is_(None), DocumentRecord.archive_id.is_(None))


def _lock_of(tenant_id: str) -> ColumnElement[int]:
    return func.hashtextextended(f"uploads {tenant_id}", 0)


def _is_outdone(asking: str | None) -> Exists:
    """A later job of the document, other than that one, has made a version or will."""
    later = _other_job()
    return exists().where(
        later.document_id == JobRecord.document_id,
        later.ordinal > JobRecord.ordinal,
        later.state.in_(ASKED),
        later.id.is_distinct_from(asking),
    )


@cache
def _other_job() -> type[JobRecord]:
    return aliased(JobRecord)


def _is_up_to_date() -> Exists:
    """The job's version was cut by this Kerf, for this job or for one before it."""
    return exists().where(
        VersionRecord.document_id == JobRecord.document_id,
        VersionRecord.number == JobRecord.version,
        VersionRecord.manifest["profile"].astext == PROFILE,
        VersionRecord.manifest["parser"].astext == parser_profile(),
    )
