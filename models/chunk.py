"""Chunks: what segmentation makes of a document. Text is derived from the spans, never stored beside them."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.span import Span
from models.words import PageBox

PROFILE = "kerf-4"
"""Version of what segmentation does: raised whenever the same input may give other chunks."""

JOINT = "\n\n"
"""What stands between the pieces of several spans, and between the context and the text."""

CONTEXT_SEPARATOR = " › "


class ChunkKind(StrEnum):
    """What a chunk holds: one kind of block alone, else text."""

    TEXT = "text"
    TABLE = "table"
    CODE = "code"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A union of exact spans of the canonical text.

    `tokens` counts context and text as they would be sent to the model, special tokens included;
    `context` is the part of the heading path that is not in the text itself; below it, where the chunk goes
    on with a table, the header rows of that table: `metadata["table_header"]` has their spans.
    """

    id: str
    index: int
    spans: tuple[Span, ...]
    tokens: int
    strategy: str
    reason: str
    kind: ChunkKind = ChunkKind.TEXT
    headings: tuple[str, ...] = ()
    context: str = ""
    pages: tuple[int, ...] = ()
    boxes: tuple[PageBox, ...] = ()
    parent: str | None = None
    previous: str | None = None
    next: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def text(self, canonical: str) -> str:
        """The chunk's own words, out of the document's canonical text."""
        return joined(canonical, self.spans)


def joined(canonical: str, spans: Sequence[Span]) -> str:
    """The pieces of the spans with one blank line between them."""
    if len(spans) == 1:
        return spans[0].of(canonical)
    return JOINT.join(span.of(canonical) for span in spans)


def sent_to_model(context: str, text: str) -> str:
    """Context and text as they would be embedded: the string whose tokens the cap limits."""
    return f"{context}{JOINT}{text}" if context else text


def chunk_id(options_key: str, headings: Sequence[str], text: str, occurrence: int) -> str:
    """Stable id: hash of the profile, the options that matter, heading path, text and occurrence number.

    Position and the rest of the file play no part, so an unchanged passage keeps its id.
    Text is NFC with white space collapsed; `occurrence` counts equal passages of one document from 0.
    """
    normalised = " ".join(unicodedata.normalize("NFC", text).split())
    parts = [part.encode() for part in (PROFILE, options_key, *headings, normalised, str(occurrence))]
    data = b"".join([len(part).to_bytes(8, "big") + part for part in parts])
    return f"chk_{hashlib.sha256(data).hexdigest()[:32]}"


def wire_form(
    chunk: Chunk, document: str, canonical: str, vector: Sequence[float] | None = None
) -> dict[str, Any]:
    """The chunk as API, CLI and webhook links show it; `document` is its id or the path given."""
    return {
        "id": chunk.id,
        "document": document,
        "index": chunk.index,
        "kind": chunk.kind.value,
        "text": chunk.text(canonical),
        "context": chunk.context,
        "spans": [list(span) for span in chunk.spans],
        "tokens": chunk.tokens,
        "headings": list(chunk.headings),
        "pages": list(chunk.pages),
        "boxes": [{"page": page, "box": list(box)} for page, box in chunk.boxes],
        "strategy": chunk.strategy,
        "reason": chunk.reason,
        "parent": chunk.parent,
        "previous": chunk.previous,
        "next": chunk.next,
        "metadata": dict(chunk.metadata),
        "vector": None if vector is None else list(vector),
    }
