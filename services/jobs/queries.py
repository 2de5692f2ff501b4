"""Reading jobs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.jobs import JobRecord, JobState
from services.infra.plain import is_plain

Position = tuple[datetime, str]  # (created_at, id) of the last row of the page before


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
    state: JobState | None = None,
    document_id: str | None = None,
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
    if state is not None:
        query = query.where(JobRecord.state == state)
    if document_id is not None:
        query = query.where(JobRecord.document_id == document_id)
    return (await session.scalars(query)).all()
