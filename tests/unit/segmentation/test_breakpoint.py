"""Breakpoints: the cuts that a percentile of plain distances gives, under the cap."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import BlockKind, Document
from services import pipeline
from services.segmentation.boundaries.breakpoints import breakpoints
from services.segmentation.boundaries.vectors import Vectors, vectors_of
from services.segmentation.registry import parse_options
from tests.support.vectors import TOOLS, Floats, paragraphs, rows

SENTENCES = [f"Sentence {i} is here." for i in range(30)]


def chunks_of(source: Document, vectors: dict[str, Floats], **options: object) -> list[Chunk]:
    """Cut with an embedder that gives a text the sum of the vectors of the sentences in it."""

    def embed(texts: Sequence[str]) -> Floats:
        sums = [sum(row for name, row in vectors.items() if name in text) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in sums], np.float32)

    parsed = parse_options({"strategy": "breakpoint", "tokenizer": "words", **options})
    return list(pipeline.chunk(source, parsed, replace(TOOLS, embed=embed)).chunks)


@given(rows(2, 12), st.floats(0, 100))
def test_distances_and_threshold_are_those_of_plain_numpy(found: Floats, percentile: float) -> None:
    got = breakpoints(Vectors(found, np.arange(len(found))), percentile)
    distances = [1 - float(np.dot(a, b)) for a, b in pairwise(found.astype(np.float64))]
    assert np.allclose(got.distances, distances, atol=1e-6)
    assert np.isclose(got.threshold, np.percentile(distances, percentile), atol=2e-6)


@pytest.mark.parametrize("buffer", [0, 1, 2])
def test_cuts_are_the_gaps_above_the_percentile(buffer: int) -> None:
    drawn = np.random.default_rng(buffer).normal(size=(len(SENTENCES), 8))
    source = paragraphs(" ".join(SENTENCES))
    chunks = chunks_of(source, dict(zip(SENTENCES, drawn, strict=True)), percentile=80, buffer=buffer)
    sums = np.array([drawn[max(0, i - buffer) : i + buffer + 1].sum(0) for i in range(len(SENTENCES))])
    groups = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    distances = 1 - (groups[:-1] * groups[1:]).sum(1)
    expected = [i + 1 for i in np.flatnonzero(distances > np.percentile(distances, 80))]
    starts = [SENTENCES.index(chunk.text(source.text).split(".")[0] + ".") for chunk in chunks]
    assert starts == [0, *expected]
    assert chunks[0].reason == f"distance {distances[expected[0] - 1]:.2f}, above percentile 80"


def test_what_is_all_alike_is_not_cut() -> None:
    same = np.ones(4, np.float32)
    source = paragraphs(" ".join(SENTENCES))
    assert len(chunks_of(source, dict.fromkeys(SENTENCES, same), max_tokens=512)) == 1


def test_a_part_above_the_cap_is_cut_where_its_distances_are_greatest() -> None:
    turn, width = 14, 8
    vectors = {name: np.eye(width)[0 if i < turn else 1] for i, name in enumerate(SENTENCES[:20])}
    source = paragraphs(" ".join(SENTENCES[:20]))
    chunks = chunks_of(source, vectors, percentile=100, buffer=0, max_tokens=70, target_tokens=50)
    assert [chunk.text(source.text).split(".")[0] for chunk in chunks] == [
        "Sentence 0 is here",
        f"Sentence {turn} is here",
    ]


def test_a_heading_is_never_parted_from_its_text() -> None:
    names = ["Apples", *SENTENCES[:5], "Pears", *SENTENCES[5:10]]
    drawn = np.random.default_rng(0).normal(size=(len(names), 8))
    kinds = [BlockKind.HEADING, BlockKind.PARAGRAPH] * 2
    source = paragraphs("Apples", " ".join(SENTENCES[:5]), "Pears", " ".join(SENTENCES[5:10]), kinds=kinds)
    chunks = chunks_of(source, dict(zip(names, drawn, strict=True)), percentile=0, buffer=0)
    assert len(chunks) == 9
    assert not any(chunk.text(source.text).endswith(("Apples", "Pears")) for chunk in chunks)


def test_each_text_is_embedded_once() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return np.eye(2, dtype=np.float32)[: len(texts)]

    found = vectors_of(["a", "b", "a", "a"], embed)
    assert asked == ["a", "b"]
    assert found.neighbours().tolist() == [0.0, 0.0, 1.0]
    assert found.mean() == pytest.approx(0.5)
