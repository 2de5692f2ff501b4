"""Reading documents and what their versions were made with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select, tuple_
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


async def lock(session: AsyncSession, *, tenant_id: str, document_id: str) -> None:
    """Until the commit nobody changes or deletes the document; NotFound."""
    query = (
        select(DocumentRecord.id)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id)
        .with_for_update()
    )
    if not is_plain(document_id) or await session.scalar(query) is None:
        raise NotFound("There is no such document.")


async def list_all(
    session: AsyncSession,
    *,
    tenant_id: str,
    after: Position | None = None,
    limit: int = 100,
    external_id: str | None = None,
    archive_id: str | None = None,
) -> Sequence[DocumentRecord]:
    """Documents of the tenant, newest first, from the one after `after`; the one of a name, if given.

    With `archive_id` only the members of that archive.
    """
    query = (
        select(DocumentRecord)
        .where(DocumentRecord.tenant_id == tenant_id)
        .order_by(DocumentRecord.created_at.desc(), DocumentRecord.id.desc())
        .limit(limit)
    )
    if external_id is not None:
        query = query.where(DocumentRecord.external_id == external_id)
    if archive_id is not None:
        query = query.where(DocumentRecord.archive_id == archive_id)
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
    fresh = {"populate_existing": True}
    version = await session.get(VersionRecord, (document.id, wanted), execution_options=fresh)
    if version is None:
        kept = wanted <= document.submissions
        raise NotFound("This version is not kept." if kept else "This document has no such version.")
    return version


async def get_with_version(
    session: AsyncSession, *, tenant_id: str, document_id: str
) -> tuple[DocumentRecord, VersionRecord | None]:
    """A document and its current version, read at one moment; NotFound."""
    is_current = and_(
        VersionRecord.document_id == DocumentRecord.id, VersionRecord.number == DocumentRecord.current_version
    )
    query = (
        select(DocumentRecord, VersionRecord)
        .outerjoin(VersionRecord, is_current)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.id == document_id)
    )
    row = (await session.execute(query)).one_or_none() if is_plain(document_id) else None
    if row is None:
        raise NotFound("There is no such document.")
    return row[0], row[1]


async def list_versions(
    session: AsyncSession, *, tenant_id: str, document_id: str
) -> Sequence[VersionRecord]:
    """The versions of a document that are kept, newest first; NotFound."""
    document = await get(session, tenant_id=tenant_id, document_id=document_id)
    query = (
        select(VersionRecord)
        .where(VersionRecord.document_id == document.id)
        .order_by(VersionRecord.number.desc())
    )
    return (await session.scalars(query)).all()
