"""Deleting a document with everything made of it. The caller commits."""

from collections.abc import Set as AbstractSet

from sqlalchemy import delete as delete_from
from sqlalchemy import or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord
from models.tables.ranges import RangeRecord
from services.documents import queries
from services.documents.unused import referenced


async def delete(session: AsyncSession, *, tenant_id: str, document_id: str) -> list[str]:
    """Remove the document, its jobs, versions and chunks; of an archive all members with theirs. NotFound.

    A worker that holds one of the jobs finds its lease gone and ends quietly. Returns the addresses
    that nothing of any tenant refers to any more. An upload of the same bytes may be on its way,
    so they are candidates for a later sweep, not to be deleted at once.
    """
    await queries.lock(session, tenant_id=tenant_id, document_id=document_id)
    addresses = await addresses_of(session, document_id)
    await session.execute(delete_from(DocumentRecord).where(DocumentRecord.id == document_id))
    return sorted(addresses - await referenced(session, list(addresses)))


async def addresses_of(session: AsyncSession, document_id: str) -> AbstractSet[str]:
    """Where the uploads of the document and its members, and what they were parsed into, are kept."""
    of_them = or_(DocumentRecord.id == document_id, DocumentRecord.archive_id == document_id)
    ids = select(DocumentRecord.id).where(of_them)
    first = select(DocumentRecord.sha256).where(of_them)
    uploads = select(JobRecord.sha256).where(JobRecord.document_id.in_(ids))
    parses = select(VersionRecord.artifact).where(VersionRecord.document_id.in_(ids))
    ranges = (
        select(RangeRecord.artifact)
        .join(JobRecord, JobRecord.id == RangeRecord.job_id)
        .where(JobRecord.document_id.in_(ids))
    )
    bound = select(JobRecord.artifact).where(JobRecord.document_id.in_(ids))
    found = await session.scalars(union(first, uploads, parses, ranges, bound))
    return {address for address in found if address is not None}


async def is_referenced(session: AsyncSession, address: str) -> bool:
    """Whether anything was uploaded as, or parsed into, these bytes."""
    version = select(VersionRecord.number).where(
        or_(VersionRecord.sha256 == address, VersionRecord.artifact == address)
    )
    job = select(JobRecord.id).where(or_(JobRecord.sha256 == address, JobRecord.artifact == address))
    document = select(DocumentRecord.id).where(DocumentRecord.sha256 == address)
    part = select(RangeRecord.id).where(RangeRecord.artifact == address)
    found = select(or_(version.exists(), job.exists(), document.exists(), part.exists()))
    return bool(await session.scalar(found))
