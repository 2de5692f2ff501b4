"""The parsed form of a document: its canonical text and everything that points into it."""

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.artifact import load
from models.errors import NotFound
from models.parsed import parsed_form
from services.documents import queries
from services.infra.storage import Storage


async def address(
    session: AsyncSession, *, tenant_id: str, document_id: str, version: int | None = None
) -> str:
    """Where the parsed form is kept, by default the current version's; NotFound before there is one."""
    found = await queries.get_version(session, tenant_id=tenant_id, document_id=document_id, number=version)
    if found is None or found.artifact is None:
        raise NotFound("This document has not been parsed yet.")
    return found.artifact


async def read(storage: Storage, sha256: str, name: str, *, most: int) -> dict[str, Any]:
    """The parsed form at that address, as users see it; off the event loop.

    ExpansionLimit when it unpacks to more than `most` bytes.
    """
    path = await storage.fetch(sha256)
    return await asyncio.to_thread(lambda: parsed_form(load(path.read_bytes(), most=most), name))
