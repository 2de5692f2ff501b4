"""The parsed form of a document: its canonical text and everything that points into it."""

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.artifact import load
from models.errors import NotFound
from models.parsed import parsed_form
from services.documents import queries
from services.infra.storage import Storage


async def address(session: AsyncSession, *, tenant_id: str, document_id: str) -> str:
    """Where the parsed form is kept; NotFound as long as no job has read the document."""
    document = await queries.get(session, tenant_id=tenant_id, document_id=document_id)
    if document.artifact is None:
        raise NotFound("This document has not been parsed yet.")
    return document.artifact


async def read(storage: Storage, sha256: str, name: str) -> dict[str, Any]:
    """The parsed form at that address, as users see it; off the event loop."""
    path = await storage.fetch(sha256)
    return await asyncio.to_thread(lambda: parsed_form(load(path.read_bytes()), name))
