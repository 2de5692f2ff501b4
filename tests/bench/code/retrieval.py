"""Code search: a function's docstring finds the function, from whose text the docstring was taken out.

Two accounts of every chunker. `recall_5`, `ndcg_5`: of the five best chunks, whatever their sizes; a chunker
with many crumbs has large chunks beside them, and gives more to read (`read`). `recall_read`: of the best
chunks as far as 5 · MEAN characters reach, the last one cut there: equal for all.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tests.bench.code import chunkers
from tests.bench.code.queries import Corpus, Query
from tests.bench.code.search import Scores, Vectors, Words

DEEP = 5
_RANKED = 64
_NEAR = 0.004
_ROUNDS = 6


class Chunk(NamedTuple):
    """Its place, and what is put in front of it."""

    file: int
    start: int
    end: int
    context: str

    @property
    def size(self) -> int:
        """Characters that are indexed and read."""
        return self.end - self.start + self.head

    @property
    def head(self) -> int:
        """Characters in front of its own."""
        return len(self.context) + 2 if self.context else 0


def retrieval(
    corpus: Corpus, names: Sequence[str], mean: int, *, vectors: bool
) -> Iterator[dict[str, object]]:
    """The chunkers with its limit set so that what is indexed has `mean` characters a chunk."""
    for name in names:
        try:
            limit, found = _of_equal_size(corpus, name, mean)
        except ImportError:
            yield {"chunker": name, "missing": True}
            continue
        texts = [
            chunkers.sent(chunk.context, corpus.texts[chunk.file][chunk.start : chunk.end]) for chunk in found
        ]
        search = Vectors(texts) if vectors else Words(texts)
        sizes = np.array([chunk.size for chunk in found])
        yield {
            "chunker": name,
            "queries": len(corpus.queries),
            "limit": limit,
            "mean": round(float(sizes.mean())),
            "deviation": round(float(sizes.std())),
            **_scores(
                found, corpus.queries, [search.scores(query.said) for query in corpus.queries], DEEP * mean
            ),
        }


def _of_equal_size(corpus: Corpus, name: str, mean: int) -> tuple[int, list[Chunk]]:
    """The limit whose mean is nearest, and its chunks."""
    limit, tried = mean, dict[int, tuple[float, list[Chunk]]]()
    for _ in range(_ROUNDS):
        cut = chunkers.searched(name, limit)
        files = enumerate(zip(corpus.paths, corpus.texts, strict=True))
        found = [Chunk(number, *place) for number, (path, text) in files for place in cut(text, path)]
        size = sum(chunk.size for chunk in found) / len(found)
        tried[limit] = (abs(size / mean - 1), found)
        limit = round(limit * mean / size)
        if min(far for far, _ in tried.values()) < _NEAR or limit in tried:
            break
    best = min(tried, key=lambda limit: tried[limit][0])
    return best, tried[best][1]


def _scores(
    chunks: Sequence[Chunk], queries: Sequence[Query], scores: Sequence[Scores], most: int
) -> dict[str, float]:
    of_file: dict[int, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        of_file[chunk.file].append(chunk)
    sums = dict.fromkeys(("recall_5", "ndcg_5", "recall_read", "whole", "read"), 0.0)
    for query, scored in zip(queries, scores, strict=True):
        best = [chunks[index] for index in np.argsort(-scored, kind="stable")[:_RANKED]]
        shares = [_share(query, chunk) for chunk in best[:DEEP]]
        ideal = sorted((_share(query, chunk) for chunk in of_file[query.file]), reverse=True)[:DEEP]
        sums["recall_5"] += min(1.0, sum(shares))
        sums["ndcg_5"] += _discounted(shares) / (_discounted(ideal) or 1.0)
        sums["recall_read"] += min(1.0, sum(_share(query, chunk) for chunk in _as_far(best, most)))
        sums["whole"] += ideal[0] == 1
        sums["read"] += sum(chunk.size for chunk in best[:DEEP])
    return {name: round(total / len(queries), 4 if name != "read" else None) for name, total in sums.items()}


def _as_far(best: Sequence[Chunk], left: int) -> Iterator[Chunk]:
    """The chunks that so many characters hold; the last one only as far."""
    for chunk in best:
        if left <= chunk.head:
            return
        yield chunk._replace(end=min(chunk.end, chunk.start + left - chunk.head))
        left -= chunk.size


def _share(query: Query, chunk: Chunk) -> float:
    if chunk.file != query.file:
        return 0.0
    return max(0, min(query.end, chunk.end) - max(query.start, chunk.start)) / (query.end - query.start)


def _discounted(shares: Sequence[float]) -> float:
    return sum(share / math.log2(rank + 2) for rank, share in enumerate(shares))
