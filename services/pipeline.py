"""The whole way of one document: bytes → Document → chunks that were held against the laws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from models import laws
from models.chunk import Chunk
from models.document import Document
from models.laws import Coverage
from models.limits import Limits
from models.options import ChunkingOptions
from services.extraction import ranges
from services.extraction.extract import extract
from services.extraction.seeing import BLIND, Sight
from services.segmentation.segment import segment
from services.segmentation.tools import Tokenizer, Tools

Progress = Callable[[int, int], None]
"""Told the pages done and the pages in all."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """A document, its chunks, and the proof that they cover it."""

    document: Document
    chunks: tuple[Chunk, ...]
    coverage: Coverage


def parse(data: bytes, name: str, limits: Limits, progress: Progress, sight: Sight = BLIND) -> Document:
    """Bytes to Document; a typed DocumentError when they cannot be read."""
    document = extract(data, name, limits, progress, sight)
    laws.check_document(document)
    return document


def bind(data: bytes, parts: bytes, limits: Limits) -> Document:
    """The Document that `parse` gives, from the raw pages of all ranges of a PDF; StorageError."""
    document = ranges.bind(data, parts, limits)
    laws.check_document(document)
    return document


def chunk(document: Document, options: ChunkingOptions, tools: Tools) -> Segmented:
    """Document to chunks; LawViolation when they break a law, so that nothing wrong is ever stored."""
    remembering = replace(tools, tokenizer=_remembering(tools.tokenizer))
    chunks = segment(document, options, remembering)
    coverage = laws.check(document, chunks, remembering.tokenizer.sent, options.max_tokens)
    return Segmented(document, tuple(chunks), coverage)


def _remembering(tokenizer: Tokenizer) -> Tokenizer:
    """Counts each text once: the laws count the very strings that the optimizer has counted."""
    if tokenizer.by_length:
        return tokenizer
    known: dict[str, int] = {}

    def count(texts: Sequence[str]) -> list[int]:
        new = list(dict.fromkeys(text for text in texts if text not in known))
        known.update(zip(new, tokenizer.count(new), strict=True))
        return [known[text] for text in texts]

    return replace(tokenizer, count=count)
