"""The whole way of one document: bytes → Document → chunks that were held against the laws."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

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

_NO_BLANKS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
"""White space to Python that tokenizers drop: what stands around it is one word to them."""

Progress = Callable[[int, int], None]
"""Told the pages done and the pages in all."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """A document, its chunks, the proof that they cover it, and a vector for each where they are wanted."""

    document: Document
    chunks: tuple[Chunk, ...]
    coverage: Coverage
    vectors: Sequence[Sequence[float]] | None = None


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
    known = replace(tools, tokenizer=remembering(tools.tokenizer))
    chunks = segment(document, options, known)
    coverage = laws.check(document, chunks, known.tokenizer.sent, options.max_tokens)
    vectors = tools.vectors(document.text, chunks) if tools.vectors else None
    return Segmented(document, tuple(chunks), coverage, vectors)


def remembering(tokenizer: Tokenizer) -> Tokenizer:
    """Counts nothing twice: words where their counts add up, else whole texts.

    The laws count the very strings that the optimizer has counted.
    """
    if tokenizer.by_length:
        return tokenizer
    known: dict[str, int] = {}
    by_words = tokenizer.additive and tokenizer.is_slow

    def count(texts: Sequence[str]) -> list[int]:
        pieces = [_words(text) if by_words else [text] for text in texts]
        new = [piece for piece in dict.fromkeys(chain.from_iterable(pieces)) if piece not in known]
        known.update(zip(new, tokenizer.count(new), strict=True))
        return [sum(map(known.__getitem__, own)) for own in pieces]

    return replace(tokenizer, count=count)


def _words(text: str) -> list[str]:
    return [text] if _NO_BLANKS.search(text) else text.split()
