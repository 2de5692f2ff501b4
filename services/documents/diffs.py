"""What changed between two versions of a document."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.diff import Entry, entries
from models.errors import NotFound
from models.tables.documents import ChunkRecord, VersionRecord
from services.documents import queries
from services.infra.plain import LARGEST

NOTHING = 0
"""The version before the first: no chunks."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The numbers of two versions; `before` may be NOTHING."""

    before: int
    after: int


async def choose(
    session: AsyncSession, tenant_id: str, document_id: str, *, before: int | None, after: int | None
) -> Pair:
    """The versions meant: if not given, `after` is the current one and `before` the one kept before it.

    NotFound when `after` is not kept, or there is none.
    """
    version = await queries.get_version(
        session, tenant_id=tenant_id, document_id=document_id, number=checked(after)
    )
    if version is None:
        raise NotFound("This document has no version yet.")
    if before is not None:
        return Pair(before, version.number)
    earlier = select(func.max(VersionRecord.number)).where(
        VersionRecord.document_id == document_id, VersionRecord.number < version.number
    )
    return Pair(await session.scalar(earlier) or NOTHING, version.number)


async def changes(session: AsyncSession, tenant_id: str, document_id: str, pair: Pair) -> Sequence[Entry]:
    """The whole difference, in one fixed order. NotFound when one of the versions is not kept."""
    before = await ids_of(session, tenant_id, document_id, pair.before)
    after = await ids_of(session, tenant_id, document_id, pair.after)
    return await asyncio.to_thread(entries, before, after)


async def ids_of(session: AsyncSession, tenant_id: str, document_id: str, number: int) -> Sequence[str]:
    """The ids of a version's chunks in order; checked afterwards that it was there all the time."""
    if number == NOTHING:
        return []
    query = (
        select(ChunkRecord.id)
        .where(ChunkRecord.document_id == document_id, ChunkRecord.version == checked(number))
        .order_by(ChunkRecord.index)
    )
    ids = (await session.scalars(query)).all()
    await queries.get_version(session, tenant_id=tenant_id, document_id=document_id, number=number)
    return ids


def checked(number: int | None) -> int | None:
    """The number; NotFound for one that no version can have."""
    if number is not None and not NOTHING < number <= LARGEST:
        raise NotFound("This document has no such version.")
    return number
