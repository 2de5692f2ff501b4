"""Clusters: the best there are, by trying all; what they become under the cap."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import Document
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.boundaries.clusters import clusters
from services.segmentation.boundaries.vectors import Vectors
from services.segmentation.registry import parse_options
from tests.support.vectors import TOOLS, Floats, paragraphs, rows

TOPICS = ("lease", "harvest", "orbit")


def by_topic(texts: Sequence[str]) -> Floats:
    """What each text names most."""
    counts = [[text.count(topic) for topic in TOPICS] for text in texts]
    found: Floats = np.eye(len(TOPICS), dtype=np.float32)[np.argmax(counts, axis=1)]
    return found


def chunks_of(source: Document, **options: object) -> list[Chunk]:
    parsed = parse_options({"strategy": "cluster", "tokenizer": "words", **options})
    return list(pipeline.chunk(source, parsed, replace(TOOLS, embed=by_topic)).chunks)


def all_ways(n: int, most: int) -> Iterator[list[int]]:
    """Where the parts of n start, none with more than `most`."""
    if n == 0:
        yield []
    for size in range(1, min(most, n) + 1):
        yield from ([*starts, n - size] for starts in all_ways(n - size, most))


def reward(found: Floats, starts: Sequence[int]) -> float:
    """As published: sums of the blocks of the whole matrix, less its mean off the diagonal."""
    matrix = found.astype(np.float64) @ found.T.astype(np.float64)
    matrix -= np.mean(matrix[np.triu_indices(len(matrix), k=1)])
    np.fill_diagonal(matrix, 0)
    return sum(float(matrix[a:b, a:b].sum()) for a, b in pairwise([*starts, len(found)]))


@given(rows(2, 9), st.integers(1, 5))
def test_no_other_clusters_are_better(found: Floats, most: int) -> None:
    lowest = [max(0, j + 1 - most) for j in range(len(found))]
    starts = clusters(Vectors(found, np.arange(len(found))), lowest)
    assert starts in list(all_ways(len(found), most))
    best = max(reward(found, other) for other in all_ways(len(found), most))
    assert reward(found, starts) >= best - 1e-4


def test_what_is_all_alike_is_as_long_as_may_be() -> None:
    assert clusters(Vectors(np.ones((1, 1), np.float32), np.zeros(7, np.int64)), [0, 0, 0, 1, 2, 3, 4]) == [
        0,
        1,
        4,
    ]


def test_cuts_are_where_the_topic_changes() -> None:
    runs = [("lease", 6), ("harvest", 4), ("lease", 5), ("orbit", 7)]
    sentences = [f"The {topic} of year {i} is told here." for topic, many in runs for i in range(many)]
    source = paragraphs(" ".join(sentences))
    found = chunks_of(source, piece_tokens=8, max_tokens=80)
    assert [chunk.tokens // 8 for chunk in found] == [many for _, many in runs]
    assert {chunk.reason for chunk in found[:-1]} == {"end of a cluster"}


def test_no_cluster_is_above_the_target() -> None:
    source = paragraphs(" ".join(f"The lease of year {i} is told here." for i in range(40)))
    found = chunks_of(source, piece_tokens=8, max_tokens=200, target_tokens=64)
    assert [chunk.tokens for chunk in found] == [64] * 5


def test_pieces_are_sentences_together_up_to_their_size() -> None:
    words = ["lease", "harvest"] * 4
    source = paragraphs(" ".join(f"The {word} of year {i} is told here." for i, word in enumerate(words)))
    found = chunks_of(source, piece_tokens=17, max_tokens=512)
    assert [chunk.tokens % 16 for chunk in found] == [0] * len(found)


@pytest.mark.parametrize("strategy", ["breakpoint", "cluster"])
def test_the_embedder_that_ships_sees_another_topic(strategy: str) -> None:
    bread = "Knead the dough well. Let the dough rise for an hour. Bake the loaf in a hot oven."
    stars = "The telescope shows faint galaxies. Their stars are billions of years old. Light takes long."
    source = paragraphs(f"{bread} {stars}")
    sizes = {"percentile": 80, "buffer": 0} if strategy == "breakpoint" else {"piece_tokens": 8}
    options = parse_options({"strategy": strategy, "tokenizer": "words", **sizes})
    found = pipeline.chunk(source, options, Toolkit(Path("no-models-here")).tools(options)).chunks
    assert [chunk.text(source.text) for chunk in found] == [bread, stars]
