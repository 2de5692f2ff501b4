"""Which stored bytes nothing refers to: asked of every column that holds an address."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord
from models.tables.ranges import RangeRecord

ADDRESSES = (
    DocumentRecord.sha256,
    DocumentRecord.artifact,
    VersionRecord.sha256,
    VersionRecord.artifact,
    JobRecord.sha256,
    JobRecord.artifact,
    RangeRecord.sha256,
    RangeRecord.artifact,
)
"""Every column of every table that names stored bytes; a test holds this against the schema."""


async def next_named(session: AsyncSession, *, after: str, limit: int) -> Sequence[str]:
    """The next addresses that rows name, in order, each once."""
    named = union(
        *(
            select(column).where(column > after).distinct().order_by(column).limit(limit)
            for column in ADDRESSES
        )
    ).subquery()
    (address,) = named.columns
    return (await session.scalars(select(address).order_by(address).limit(limit))).all()


async def named_by(session: AsyncSession, address: str, *, limit: int = 3) -> Sequence[str]:
    """Some of the documents whose rows name the address; of other rows their own ids."""
    named = union(*(select(_owner(column)).where(column == address) for column in ADDRESSES))
    return (await session.scalars(named.limit(limit))).all()


def _owner(column: InstrumentedAttribute[Any]) -> InstrumentedAttribute[str]:
    record: Any = column.class_
    owner: InstrumentedAttribute[str] = record.document_id if hasattr(record, "document_id") else record.id
    return owner


async def referenced(session: AsyncSession, addresses: Sequence[str]) -> AbstractSet[str]:
    """Those of the addresses that any row of any tenant names, as of now."""
    named = union(*(select(column).where(column.in_(addresses)) for column in ADDRESSES))
    return {address for address in await session.scalars(named) if address is not None}
