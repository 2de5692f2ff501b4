"""How many boxes of made-up magazine pages come out as chunks of their own."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.chunk import Chunk
from models.document import Document
from models.limits import DEFAULT_LIMITS
from services import pipeline
from tests.bench.s2.chunkers import CHUNKERS
from tests.bench.s2.magazines import Magazine, magazines

PAGES, LIMIT = 30, 1800
WHOLE, PURE = 0.9, 0.95
SHORTEST, LONGEST, FEWEST = 200, 900, 12


def sidebars(data: Path, chunkers: Sequence[str]) -> Iterator[dict[str, object]]:
    """By chunker: pages with a chunk of WHOLE of the box's words and PURE of nothing else."""
    made = magazines(_articles(data), PAGES)
    read = [pipeline.parse(page.pdf, "page.pdf", DEFAULT_LIMITS, lambda *_: None) for page in made]
    for name in chunkers:
        apart = sum(
            _is_apart(document, page, CHUNKERS[name](document, LIMIT))
            for document, page in zip(read, made, strict=True)
        )
        yield {"chunker": name, "pages": PAGES, "apart": apart}


def _is_apart(document: Document, page: Magazine, chunks: Sequence[Chunk]) -> bool:
    middles = [((w.box.x0 + w.box.x1) / 2, (w.box.y0 + w.box.y1) / 2) for w in document.words]
    boxed = [page.box.holds(*middle) for middle in middles]
    for chunk in chunks:
        own = [boxed[at] for span in chunk.spans for at in document.words.within(span)]
        if sum(own) >= WHOLE * sum(boxed) and sum(own) >= PURE * len(own):
            return True
    return False


def _articles(data: Path) -> list[list[str]]:
    """Paragraphs of textbook chapters, five sentences each."""
    text = gzip.decompress((data / "topics" / "clinical.jsonl.gz").read_bytes()).decode()
    found = []
    for record in map(json.loads, text.strip().split("\n")):
        sentences = [record["text"][start:end].strip().rstrip(".") for start, end in record["units"]]
        runs = (". ".join(sentences[at : at + 5]) + "." for at in range(0, len(sentences), 5))
        own = [run[:1].upper() + run[1:] for run in runs if SHORTEST < len(run) < LONGEST]
        if len(own) >= FEWEST:
            found.append(own)
    return found
