"""Deleting a document with everything made of it. The caller commits."""

from sqlalchemy import delete as delete_from
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.documents import DocumentRecord
from services.infra.plain import is_plain


async def delete(session: AsyncSession, *, tenant_id: str, document_id: str) -> list[str]:
    """Remove the document, its jobs, versions and chunks; NotFound.

    A worker that holds one of the jobs finds its lease gone and ends quietly. Returns the addresses
    that no document of any tenant refers to any more. An upload of the same bytes may be on its way,
    so they are candidates for a later sweep, not to be deleted at once.
    """
    query = (
        select(DocumentRecord.sha256, DocumentRecord.artifact)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id)
        .with_for_update()
    )
    addresses = (await session.execute(query)).one_or_none() if is_plain(document_id) else None
    if addresses is None:
        raise NotFound("There is no such document.")
    await session.execute(delete_from(DocumentRecord).where(DocumentRecord.id == document_id))
    return [address for address in addresses if address and not await is_referenced(session, address)]


async def is_referenced(session: AsyncSession, address: str) -> bool:
    """Whether any document was uploaded as, or parsed into, these bytes."""
    query = (
        select(DocumentRecord.id)
        .where(or_(DocumentRecord.sha256 == address, DocumentRecord.artifact == address))
        .limit(1)
    )
    return await session.scalar(query) is not None
