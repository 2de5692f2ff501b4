"""Chunkers of plain text: characters and a limit → spans. Peers are of requirements-peers.txt."""

# mypy: ignore-errors

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.document import Document
from models.limits import DEFAULT_LIMITS
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options

Spans = list[tuple[int, int]]
Chunker = Callable[[str, int], Spans]


@cache
def _read(text: str) -> Document:
    return pipeline.parse(text.encode(), "document.txt", DEFAULT_LIMITS, lambda *_: None)


def kerf(strategy: str, **options: Any) -> Chunker:
    """Ours with contexts, metadata and the check of the laws; the limit counts characters, contexts too."""

    def cut(text: str, limit: int) -> Spans:
        document = _read(text)
        if document.text != text:
            raise ValueError(f"canonical text differs: {sha256(text.encode()).hexdigest()[:8]}")
        parsed = parse_options(
            {"strategy": strategy, "tokenizer": "characters", "max_tokens": limit, **options}
        )
        chunks = pipeline.chunk(document, parsed, Toolkit(Path("no-models-here")).tools(parsed)).chunks
        return [(chunk.spans[0].start, chunk.spans[-1].end) for chunk in chunks]

    return cut


def langchain(text: str, limit: int) -> Spans:
    """LangChain's recursive splitter without overlap."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=limit, chunk_overlap=0, add_start_index=True)
    documents = splitter.create_documents([text])
    return [(d.metadata["start_index"], d.metadata["start_index"] + len(d.page_content)) for d in documents]


def fixed(text: str, limit: int) -> Spans:
    """So many characters each."""
    return [(start, min(start + limit, len(text))) for start in range(0, len(text), limit)]


CHUNKERS: dict[str, Chunker] = {
    "fixed": fixed,
    "langchain": langchain,
    **{f"kerf {name}": kerf(name, heading_context=False) for name in STRATEGIES},
}
