"""Reading chunks: always those of exactly one version, in the form the wire shows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from models.errors import InvalidInput, NotFound
from models.tables.documents import ChunkRecord, DocumentRecord
from services.documents.queries import get_version
from services.infra.chunk_rows import to_wire
from services.infra.plain import LARGEST, is_plain


@dataclass(frozen=True, slots=True)
class ChunkQuery:
    """Which chunks: of a version (the current one if None), touching a page, under a heading, of a section.

    `heading` matches a heading of the path that contains it, in any case of letters; `section` a number or a
    citation that the strategy `section` gave, exactly. With `vectors` they come with theirs.
    InvalidInput for what no chunk can have.
    """

    version: int | None = None
    page: int | None = None
    heading: str | None = None
    section: str | None = None
    vectors: bool = False

    def __post_init__(self) -> None:
        if self.page is not None and not 0 < self.page <= LARGEST:
            raise InvalidInput("Pages are numbered from 1.")
        if self.heading is not None and not is_plain(self.heading):
            raise InvalidInput("A heading has neither NUL nor lone surrogates.")
        if self.section is not None and not is_plain(self.section):
            raise InvalidInput("A section has neither NUL nor lone surrogates.")


async def resolve_version(
    session: AsyncSession, tenant_id: str, document_id: str, version: int | None = None
) -> int | None:
    """The version to read, to be kept for the next pages; None when the document has no chunks yet.

    NotFound for an unknown document or a version it never had.
    """
    if version is not None and not 0 < version <= LARGEST:
        raise NotFound("This document has no such version.")
    found = await get_version(session, tenant_id=tenant_id, document_id=document_id, number=version)
    return None if found is None else found.number


async def list_chunks(
    session: AsyncSession,
    tenant_id: str,
    document_id: str,
    query: ChunkQuery,
    *,
    after: int = -1,
    limit: int,
) -> list[dict[str, Any]]:
    """Up to `limit` chunks with an index above `after`, in order. NotFound as resolve_version.

    The version is looked for again afterwards: one that is swept meanwhile is not found, rather than
    found with some of its chunks.
    """
    version = await resolve_version(session, tenant_id, document_id, query.version)
    if version is None:
        return []
    chosen = selection(document_id, version, query).where(ChunkRecord.index > after).limit(limit)
    found = [to_wire(row, vectors=query.vectors) for row in await session.scalars(chosen)]
    await resolve_version(session, tenant_id, document_id, version)
    return found


async def get_chunk(
    session: AsyncSession,
    tenant_id: str,
    chunk_id: str,
    document_id: str | None = None,
    *,
    vectors: bool = False,
) -> dict[str, Any]:
    """One chunk of the tenant; NotFound.

    The same content has the same id wherever it appears: current versions come first, then the newest
    document, unless a document is named.
    """
    query = (
        select(ChunkRecord)
        .join(DocumentRecord, DocumentRecord.id == ChunkRecord.document_id)
        .where(ChunkRecord.tenant_id == tenant_id, ChunkRecord.id == chunk_id)
        .order_by(
            (ChunkRecord.version == DocumentRecord.current_version).desc(),
            DocumentRecord.created_at.desc(),
            ChunkRecord.version.desc(),
        )
        .limit(1)
    )
    if vectors:
        query = query.options(undefer(ChunkRecord.vector))
    if document_id is not None:
        query = query.where(ChunkRecord.document_id == document_id)
    row = await session.scalar(query) if is_plain(chunk_id + (document_id or "")) else None
    if row is None:
        raise NotFound("There is no such chunk.")
    return to_wire(row, vectors=vectors)


def selection(document_id: str, version: int, query: ChunkQuery) -> Select[ChunkRecord]:
    """The chunks of one version that the query wants, in order."""
    chosen = (
        select(ChunkRecord)
        .where(ChunkRecord.document_id == document_id, ChunkRecord.version == version)
        .order_by(ChunkRecord.index)
    )
    if query.vectors:
        chosen = chosen.options(undefer(ChunkRecord.vector))
    if query.page is not None:
        chosen = chosen.where(ChunkRecord.pages.contains([query.page]))
    if query.heading is not None:
        heading = func.unnest(ChunkRecord.headings).column_valued("heading")
        matches = heading.icontains(query.heading, autoescape=True)
        chosen = chosen.where(select(heading).where(matches).exists())
    if query.section is not None:
        fields = {"numbers": [query.section]}, {"sections": [query.section]}, {"citation": query.section}
        chosen = chosen.where(or_(*(ChunkRecord.body.contains({"metadata": field}) for field in fields)))
    return chosen
