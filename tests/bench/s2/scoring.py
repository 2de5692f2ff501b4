"""Chunks against the sections of the gold: over words, and over the boundaries between them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from models.chunk import Chunk
from tests.bench.s2.gold import Labelled

WITHIN = 10
"""Words between a boundary and one that hits it."""


def scores(gold: Labelled, chunks: Sequence[Chunk], limit: int) -> dict[str, float]:
    """NMI, purity, adjusted Rand index, F1 of boundaries, share of them out of order, chunks too long."""
    own, sections = owners(gold.starts, chunks), gold.sections
    most: dict[int, int] = {}
    for (chunk, _), count in Counter(zip(own, sections, strict=True)).items():
        most[chunk] = max(most.get(chunk, 0), count)
    wanted = [at for at in range(1, len(sections)) if sections[at] != sections[at - 1]]
    found = [at for at in range(1, len(own)) if own[at] != own[at - 1]]
    return {
        "nmi": float(normalized_mutual_info_score(sections, own)),
        "purity": sum(most.values()) / len(own),
        "ari": float(adjusted_rand_score(sections, own)),
        "boundary_f1": _f1(wanted, found),
        "inversions": sum(a > b for a, b in pairwise(own)) / max(1, len(found)),
        "over": float(sum(size(chunk) > limit for chunk in chunks)),
    }


def owners(starts: Sequence[int], chunks: Sequence[Chunk]) -> list[int]:
    """The chunk of each place; chunks are numbered in their order, places follow the text."""
    spans = sorted((span, number) for number, chunk in enumerate(chunks) for span in chunk.spans)
    begins = [span.start for span, _ in spans]
    return [spans[max(0, bisect_left(begins, start + 1) - 1)][1] for start in starts]


def size(chunk: Chunk) -> int:
    """Characters of its spans."""
    return sum(span.end - span.start for span in chunk.spans)


def _f1(wanted: Sequence[int], found: Sequence[int]) -> float:
    """Each boundary is hit by one that was found, WITHIN words away at most."""
    hits, at = 0, 0
    for boundary in wanted:
        while at < len(found) and found[at] < boundary - WITHIN:
            at += 1
        if at < len(found) and found[at] <= boundary + WITHIN:
            hits, at = hits + 1, at + 1
    return 2 * hits / (len(wanted) + len(found)) if wanted or found else 1.0
