"""Reading documents and what their versions were made with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFound
from models.tables.documents import DocumentRecord, VersionRecord
from services.infra.plain import is_plain

Position = tuple[datetime, str]  # (created_at, id) of the last row of the page before


async def get(session: AsyncSession, *, tenant_id: str, document_id: str) -> DocumentRecord:
    """One document of the tenant; NotFound."""
    query = select(DocumentRecord).where(
        DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id
    )
    document = await session.scalar(query) if is_plain(document_id) else None
    if document is None:
        raise NotFound("There is no such document.")
    return document


async def list_all(
    session: AsyncSession, *, tenant_id: str, after: Position | None = None, limit: int = 100
) -> Sequence[DocumentRecord]:
    """Documents of the tenant, newest first, from the one after `after`."""
    query = (
        select(DocumentRecord)
        .where(DocumentRecord.tenant_id == tenant_id)
        .order_by(DocumentRecord.created_at.desc(), DocumentRecord.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(DocumentRecord.created_at, DocumentRecord.id) < tuple_(*after))
    return (await session.scalars(query)).all()


async def get_version(
    session: AsyncSession, *, tenant_id: str, document_id: str, number: int | None = None
) -> VersionRecord | None:
    """A version, by default the current one; None before the first. NotFound for a number never made."""
    document = await get(session, tenant_id=tenant_id, document_id=document_id)
    wanted = document.current_version if number is None else number
    if wanted is None:
        return None
    version = await session.get(VersionRecord, (document.id, wanted))
    if version is None:
        raise NotFound("This document has no such version.")
    return version
