"""Chunks between the wire and their table, both ways, so that what comes out equals what went in."""

from collections.abc import Mapping
from typing import Any

from models.tables.documents import ChunkRecord

IN_BODY = ("context", "spans", "boxes", "strategy", "reason", "parent", "previous", "next", "metadata")
"""What nobody filters by."""

COLUMNS = (
    "document_id",
    "version",
    "index",
    "id",
    "kind",
    "text",
    "tokens",
    "pages",
    "headings",
    "body",
    "tenant_id",
)


def to_row(chunk: Mapping[str, Any], *, tenant_id: str, document_id: str, version: int) -> tuple[Any, ...]:
    """The values of `COLUMNS` for a chunk in wire form."""
    return (
        document_id,
        version,
        chunk["index"],
        chunk["id"],
        chunk["kind"],
        chunk["text"],
        chunk["tokens"],
        chunk["pages"],
        chunk["headings"],
        {key: chunk[key] for key in IN_BODY},
        tenant_id,
    )


def to_wire(row: ChunkRecord) -> dict[str, Any]:
    """The chunk as models.chunk.wire_form made it: same keys in the same order, same values."""
    body = row.body
    return {
        "id": row.id,
        "document": row.document_id,
        "index": row.index,
        "kind": row.kind,
        "text": row.text,
        "context": body["context"],
        "spans": body["spans"],
        "tokens": row.tokens,
        "headings": row.headings,
        "pages": row.pages,
        "boxes": body["boxes"],
        "strategy": body["strategy"],
        "reason": body["reason"],
        "parent": body["parent"],
        "previous": body["previous"],
        "next": body["next"],
        "metadata": body["metadata"],
    }
