"""The outline of a document and what a legal text says of itself, from its parsed form."""

import asyncio
from typing import Any

from models.artifact import load
from models.document import Document
from models.legal_forms import legal_form
from services.infra.storage import Storage
from services.outline.form import outline_form


def outline_of_document(document: Document, name: str) -> dict[str, Any]:
    """One JSON object; offsets in code points of the canonical text."""
    from services.legal.metadata import legal_metadata  # noqa: PLC0415 - their patterns take 0.1 s to compile
    from services.outline.outline import outline_of  # noqa: PLC0415

    return {
        "document": name,
        "nodes": outline_form(outline_of(document), document.text),
        "legal": legal_form(legal_metadata(document.text), document.text),
    }


async def read(storage: Storage, sha256: str, name: str, *, most: int) -> dict[str, Any]:
    """The outline of the parsed form at that address; off the event loop.

    ExpansionLimit when that unpacks to more than `most` bytes.
    """
    path = await storage.fetch(sha256)
    return await asyncio.to_thread(lambda: outline_of_document(load(path.read_bytes(), most=most), name))
