"""Chunks against the sections of the gold, at equal mean size, and sidebars of made-up magazines.

`python -m tests.bench.s2 --data FOLDER [--sets readoc rendered sidebars] [--chunkers NAME…] [--size 1200]
[--most N]`: one JSON object a set and chunker. NMI, purity, adjusted Rand index (scikit-learn) over words, F1
of boundaries within WITHIN words; `columns` are the documents whose pages have several.
"""

import argparse
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from models.chunk import Chunk
from models.document import Document
from models.limits import DEFAULT_LIMITS
from services import pipeline
from tests.bench.quality.sets import items
from tests.bench.s2.chunkers import CHUNKERS, Chunker
from tests.bench.s2.gold import Labelled, labelled, of_markdown, of_record
from tests.bench.s2.sidebars import sidebars

WITHIN = 10
NEAR, STEPS = 0.03, 9
PAGES = 40
"""Longer documents are left out."""


class Case(NamedTuple):
    """A document, what is known of its words, and whether its pages have several columns."""

    document: Document
    gold: Labelled
    has_columns: bool


def main() -> None:
    """Every set by every chunker."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=("readoc", "rendered", "sidebars"))
    parser.add_argument("--chunkers", nargs="+", choices=tuple(CHUNKERS), default=tuple(CHUNKERS))
    parser.add_argument("--size", type=int, default=1200)
    parser.add_argument("--most", type=int)
    arguments = parser.parse_args()
    for name in arguments.sets:
        if name == "sidebars":
            for found in sidebars(arguments.data, arguments.chunkers):
                print(json.dumps({"set": name, **found}), flush=True)
            continue
        cases = list(_cases(arguments.data, name))[: arguments.most]
        for chunker in arguments.chunkers:
            chunks = _of_mean(CHUNKERS[chunker], [case.document for case in cases], arguments.size)
            scores = [_scores(case, own) for case, own in zip(cases, chunks, strict=True)]
            sizes = [_size(chunk) for own in chunks for chunk in own]
            for part in ("all", "columns"):
                kept = [s for s, case in zip(scores, cases, strict=True) if part == "all" or case.has_columns]
                means = {key: round(fmean(s[key] for s in kept), 4) for key in kept[0]} if kept else {}
                about = {"set": name, "part": part, "chunker": chunker, "documents": len(kept)}
                print(json.dumps({**about, **means, "mean": round(fmean(sizes))}), flush=True)


def _cases(data: Path, name: str) -> Iterator[Case]:
    for item in items(data, name):
        document = pipeline.parse(item.path.read_bytes(), item.path.name, DEFAULT_LIMITS, lambda *_: None)
        if len(document.pages) > PAGES or not document.pages:
            continue
        gold = list(_gold(item.path, item.record))
        found = labelled(document, gold)
        if len(set(found.sections)) > 1:
            yield Case(document, found, _has_columns(document))


def _gold(path: Path, record: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    markdown = path.with_suffix(".gold.md")
    if markdown.exists():
        return of_markdown(markdown.read_text(encoding="utf-8"))
    return of_record(record)


def _has_columns(document: Document) -> bool:
    """Whether many blocks stand beside another one."""
    beside = 0
    placed = [block for block in document.blocks if block.box is not None]
    for a, b in pairwise(placed):
        beside += a.page == b.page and a.box is not None and b.box is not None and b.box.x0 > a.box.x1
    return beside >= len(document.pages) / 2


def _of_mean(cut: Chunker, documents: Sequence[Document], size: int) -> list[Sequence[Chunk]]:
    """With the limit, in characters, that makes chunks about so large on average."""
    low, high, limit = size / 2, 16.0 * size, 1.4 * size
    best: tuple[float, list[Sequence[Chunk]]] | None = None
    for _ in range(STEPS):
        made = [cut(document, int(limit)) for document in documents]
        sizes = [_size(chunk) for chunks in made for chunk in chunks]
        off = abs(fmean(sizes) - size)
        best = min(best or (off, made), (off, made), key=lambda pair: pair[0])
        if off < NEAR * size:
            break
        low, high = (limit, high) if fmean(sizes) < size else (low, limit)
        limit = (low * high) ** 0.5
    return best[1] if best else []


def _size(chunk: Chunk) -> int:
    return sum(span.end - span.start for span in chunk.spans)


def _scores(case: Case, chunks: Sequence[Chunk]) -> dict[str, float]:
    own = _owners(case.gold.starts, chunks)
    sections = case.gold.sections
    pairs = Counter(zip(own, sections, strict=True))
    most: dict[int, int] = {}
    for (chunk, _), count in pairs.items():
        most[chunk] = max(most.get(chunk, 0), count)
    wanted = [at for at in range(1, len(sections)) if sections[at] != sections[at - 1]]
    found = [at for at in range(1, len(own)) if own[at] != own[at - 1]]
    return {
        "nmi": float(normalized_mutual_info_score(sections, own)),
        "purity": sum(most.values()) / len(own),
        "ari": float(adjusted_rand_score(sections, own)),
        "boundary_f1": _f1(wanted, found),
        "inversions": sum(a > b for a, b in pairwise(own)) / max(1, len(found)),
    }


def _owners(starts: Sequence[int], chunks: Sequence[Chunk]) -> list[int]:
    """The chunk of each word; chunks are numbered in their order, words follow the text."""
    spans = sorted((span, number) for number, chunk in enumerate(chunks) for span in chunk.spans)
    begins = [span.start for span, _ in spans]
    return [spans[max(0, bisect_left(begins, start + 1) - 1)][1] for start in starts]


def _f1(wanted: Sequence[int], found: Sequence[int]) -> float:
    """Each boundary is hit by one that was found, WITHIN words away at most."""
    hits, at = 0, 0
    for boundary in wanted:
        while at < len(found) and found[at] < boundary - WITHIN:
            at += 1
        if at < len(found) and found[at] <= boundary + WITHIN:
            hits, at = hits + 1, at + 1
    return 2 * hits / (len(wanted) + len(found)) if wanted or found else 1.0


if __name__ == "__main__":
    main()
