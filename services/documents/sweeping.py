"""Forgetting old versions. Any number of sweepers may run at once. The caller commits."""

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.documents import DocumentRecord, VersionRecord


async def sweep_versions(session: AsyncSession, *, keep: int, limit: int = 20) -> int:
    """Remove up to `limit` versions older than each document's newest `keep`; how many that were.

    The current version stays whatever its age. Their chunks go with them.
    """
    place = func.row_number().over(
        partition_by=VersionRecord.document_id, order_by=VersionRecord.number.desc()
    )
    crowded = (
        select(VersionRecord.document_id)
        .group_by(VersionRecord.document_id)
        .having(func.count() > keep)
        .limit(limit)
    )
    placed = (
        select(VersionRecord.document_id, VersionRecord.number, place.label("place"))
        .where(VersionRecord.document_id.in_(crowded))
        .subquery()
    )
    stale = (
        select(VersionRecord.document_id, VersionRecord.number)
        .join(
            placed,
            (placed.c.document_id == VersionRecord.document_id) & (placed.c.number == VersionRecord.number),
        )
        .join(DocumentRecord, DocumentRecord.id == VersionRecord.document_id)
        .where(placed.c.place > keep, VersionRecord.number != DocumentRecord.current_version)
        .limit(limit)
        .with_for_update(of=VersionRecord, skip_locked=True)
    )
    chosen = [tuple(row) for row in await session.execute(stale)]
    if chosen:
        row = tuple_(VersionRecord.document_id, VersionRecord.number)
        await session.execute(
            delete(VersionRecord).where(row.in_(chosen)).execution_options(synchronize_session=False)
        )
    return len(chosen)
