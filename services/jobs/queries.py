"""Reading jobs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord, JobState
from services.infra.plain import is_plain

Position = tuple[datetime, str]  # (created_at, id) of the last row of the page before


@dataclass(frozen=True, slots=True)
class Only:
    """Which jobs of a list: those in a state, of a document, of the members of an archive."""

    state: JobState | None = None
    document_id: str | None = None
    archive_id: str | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What the rows must fulfil."""
        if self.state is not None:
            yield JobRecord.state == self.state
        if self.document_id is not None:
            yield JobRecord.document_id == self.document_id
        if self.archive_id is not None:
            members = select(DocumentRecord.id).where(DocumentRecord.archive_id == self.archive_id)
            yield JobRecord.document_id.in_(members)


async def get(session: AsyncSession, *, tenant_id: str, job_id: str) -> JobRecord:
    """One job of the tenant, as the database has it now; NotFound."""
    query = select(JobRecord).where(JobRecord.tenant_id == tenant_id, JobRecord.id == job_id)
    fresh = query.execution_options(populate_existing=True)
    job = await session.scalar(fresh) if is_plain(job_id) else None
    if job is None:
        raise NotFound("There is no such job.")
    return job


async def list_all(
    session: AsyncSession,
    *,
    tenant_id: str,
    after: Position | None = None,
    limit: int = 100,
    only: Only | None = None,
) -> Sequence[JobRecord]:
    """Jobs of the tenant, newest first, from the one after `after`."""
    query = (
        select(JobRecord)
        .where(JobRecord.tenant_id == tenant_id)
        .order_by(JobRecord.created_at.desc(), JobRecord.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(JobRecord.created_at, JobRecord.id) < tuple_(*after))
    if only is not None:
        query = query.where(*only.conditions())
    return (await session.scalars(query)).all()
