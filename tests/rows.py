"""Rows as they are in the database now, and clocks turned forward."""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.tables.documents import ChunkRecord, DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord
from models.tables.webhooks import EventRecord

Sessions = async_sessionmaker[AsyncSession]


async def job_of(sessions: Sessions, job_id: str) -> JobRecord:
    """The job's row."""
    async with sessions() as session:
        return (await session.scalars(select(JobRecord).where(JobRecord.id == job_id))).one()


async def document_of(sessions: Sessions, document_id: str) -> DocumentRecord:
    """The document's row."""
    async with sessions() as session:
        query = select(DocumentRecord).where(DocumentRecord.id == document_id)
        return (await session.scalars(query)).one()


async def events_of(sessions: Sessions, document_id: str) -> list[EventRecord]:
    """The document's events in order."""
    async with sessions() as session:
        query = select(EventRecord).where(EventRecord.document_id == document_id)
        return list(await session.scalars(query.order_by(EventRecord.sequence)))


async def count_of(sessions: Sessions, table: type[Any]) -> int:
    """How many rows the table has."""
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def written(sessions: Sessions) -> tuple[int, int, int]:
    """How many versions, chunks and events there are."""
    versions = await count_of(sessions, VersionRecord)
    return versions, await count_of(sessions, ChunkRecord), await count_of(sessions, EventRecord)


async def expire(sessions: Sessions, job_id: str) -> None:
    """The lease of the job ran out a second ago."""
    statement = "UPDATE jobs SET lease_until = clock_timestamp() - interval '1 second' WHERE id = :id"
    async with sessions.begin() as session:
        await session.execute(text(statement), {"id": job_id})


async def age_hints(sessions: Sessions, seconds: float) -> None:
    """All hints were sent so many seconds earlier."""
    async with sessions.begin() as session:
        for table in ("jobs", "job_ranges"):
            statement = f"UPDATE {table} SET dispatched_at = dispatched_at - make_interval(secs => :seconds)"
            await session.execute(text(statement), {"seconds": seconds})
