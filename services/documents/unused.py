"""Which stored bytes nothing refers to: asked of every column that holds an address."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

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


async def referenced(session: AsyncSession, addresses: Sequence[str]) -> AbstractSet[str]:
    """Those of the addresses that any row of any tenant names, as of now."""
    named = union(*(select(column).where(column.in_(addresses)) for column in ADDRESSES))
    return {address for address in await session.scalars(named) if address is not None}
