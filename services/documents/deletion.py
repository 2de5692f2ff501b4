"""Deleting a document with everything made of it. The caller commits."""

from sqlalchemy import delete as delete_from
from sqlalchemy import or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.documents import DocumentRecord, VersionRecord
from models.tables.jobs import JobRecord
from models.tables.ranges import RangeRecord
from services.infra.plain import is_plain


async def delete(session: AsyncSession, *, tenant_id: str, document_id: str) -> list[str]:
    """Remove the document, its jobs, versions and chunks; NotFound.

    A worker that holds one of the jobs finds its lease gone and ends quietly. Returns the addresses
    that nothing of any tenant refers to any more. An upload of the same bytes may be on its way,
    so they are candidates for a later sweep, not to be deleted at once.
    """
    query = (
        select(DocumentRecord.id)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id)
        .with_for_update()
    )
    known = await session.scalar(query) if is_plain(document_id) else None
    if known is None:
        raise NotFound("There is no such document.")
    addresses = await addresses_of(session, document_id)
    await session.execute(delete_from(DocumentRecord).where(DocumentRecord.id == document_id))
    return [address for address in addresses if not await is_referenced(session, address)]


async def addresses_of(session: AsyncSession, document_id: str) -> list[str]:
    """Where the document's uploads and what they were parsed into are kept."""
    uploads = select(JobRecord.sha256).where(JobRecord.document_id == document_id)
    first = select(DocumentRecord.sha256).where(DocumentRecord.id == document_id)
    parses = select(VersionRecord.artifact).where(
        VersionRecord.document_id == document_id, VersionRecord.artifact.is_not(None)
    )
    ranges = (
        select(RangeRecord.artifact)
        .join(JobRecord, JobRecord.id == RangeRecord.job_id)
        .where(JobRecord.document_id == document_id, RangeRecord.artifact.is_not(None))
    )
    bound = select(JobRecord.artifact).where(
        JobRecord.document_id == document_id, JobRecord.artifact.is_not(None)
    )
    return list(await session.scalars(union(first, uploads, parses, ranges, bound)))


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
