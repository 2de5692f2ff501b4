"""Chunkers of plain text: characters and a limit → spans. Peers are of requirements-peers.txt."""

# mypy: ignore-errors

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from models.chunk import sent_to_model
from models.document import Document
from models.limits import DEFAULT_LIMITS
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options


class Piece(NamedTuple):
    """A chunk: code points, and what a search sees of it."""

    start: int
    end: int
    sent: str


Pieces = list[Piece]
Chunker = Callable[[str, int], Pieces]


@cache
def _read(text: str) -> Document:
    return pipeline.parse(text.encode(), "document.txt", DEFAULT_LIMITS, lambda *_: None)


def kerf(strategy: str, **options: Any) -> Chunker:
    """Ours with contexts, metadata and the check of the laws; the limit counts characters, contexts too."""

    def cut(text: str, limit: int) -> Pieces:
        document = _read(text)
        if document.text != text:
            raise ValueError(f"canonical text differs: {sha256(text.encode()).hexdigest()[:8]}")
        parsed = parse_options(
            {"strategy": strategy, "tokenizer": "characters", "max_tokens": limit, **options}
        )
        chunks = pipeline.chunk(document, parsed, Toolkit(Path("no-models-here")).tools(parsed)).chunks
        return [
            Piece(chunk.spans[0].start, chunk.spans[-1].end, sent_to_model(chunk.context, chunk.text(text)))
            for chunk in chunks
        ]

    return cut


def langchain(text: str, limit: int) -> Pieces:
    """LangChain's recursive splitter without overlap."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=limit, chunk_overlap=0, add_start_index=True)
    found = ((d.metadata["start_index"], d.page_content) for d in splitter.create_documents([text]))
    return [Piece(start, start + len(piece), piece) for start, piece in found]


def fixed(text: str, limit: int) -> Pieces:
    """So many characters each."""
    pieces = ((start, text[start : start + limit]) for start in range(0, len(text), limit))
    return [Piece(start, start + len(piece), piece) for start, piece in pieces]


CHUNKERS: dict[str, Chunker] = {
    "fixed": fixed,
    "langchain": langchain,
    **{f"kerf {name}": kerf(name, heading_context=False) for name in STRATEGIES},
    **{f"kerf {name} with contexts": kerf(name) for name in STRATEGIES},
}
