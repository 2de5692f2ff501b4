"""Cuts where a language model of known perplexities has its minima."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import Document
from models.errors import ModelUnavailable
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.boundaries.minima import graded, minima, splits
from services.segmentation.registry import parse_options
from tests.support.language_models import declared, graph, tokenizer
from tests.support.vectors import paragraphs

WORDS = ["?", "Plain", "Odd", "low", "mid", "high", ".", "1", "2"]
SURE = {"low": 0.9, "mid": 0.5, "high": 0.05}


@pytest.fixture
def toolkit(tmp_path: Path) -> Toolkit:
    """A model to which a word is as surprising as its name says, after whatever stands before it."""
    row = np.array([SURE.get(word, 0.2) for word in WORDS])
    files = {"lm.onnx": graph(np.tile(row / row.sum(), (len(WORDS), 1))), "tokenizer.json": tokenizer(WORDS)}
    declared(tmp_path, "words", files, longest=16)
    return Toolkit(tmp_path)


def chunks_of(toolkit: Toolkit, source: Document, **options: object) -> list[Chunk]:
    parsed = parse_options({"strategy": "perplexity", "tokenizer": "words", "max_tokens": 64, **options})
    return list(pipeline.chunk(source, parsed, toolkit.tools(parsed)).chunks)


def sentences(levels: str) -> Document:
    """A sentence of four words for each letter: how surprising it is."""
    named = {"l": "low", "m": "mid", "h": "high"}
    return paragraphs(" ".join(f"Plain {' '.join([named[level]] * 3)}." for level in levels))


def test_chunks_end_with_the_least_surprising_sentences(toolkit: Toolkit) -> None:
    source = sentences("hhmlhhhlmmmlhh")
    found = chunks_of(toolkit, source, target_tokens=16)
    assert [chunk.tokens // 4 for chunk in found] == [4, 4, 4, 2]
    assert found[0].reason.startswith("least perplexity around")


def test_minima_that_are_not_deep_enough_are_none(toolkit: Toolkit) -> None:
    fall = 3 / 5 * math.log(SURE["low"] / SURE["mid"])  # three of the five tokens of a sentence
    reasons = [
        chunks_of(toolkit, sentences("mmmlmmmm"), target_tokens=16, depth=depth)[0].reason
        for depth in (fall - 0.01, fall + 0.01)
    ]
    assert reasons == ["least perplexity around", "sentence end"]


def test_every_gap_can_be_asked_about(toolkit: Toolkit) -> None:
    found = chunks_of(toolkit, sentences("mmmmmmmm"), method="margins", target_tokens=16)
    assert [chunk.tokens for chunk in found] == [16, 16]


def test_without_a_language_model_a_request_ends_typed(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as missing:
        chunks_of(Toolkit(tmp_path / "none"), sentences("m"))
    assert missing.value.pointer == "/language_model"


@given(st.lists(st.integers(0, 4).map(float), max_size=12), st.integers(0, 3))
def test_minima_are_those_of_the_definition(values: list[float], threshold: int) -> None:
    expected = {
        i
        for i in range(1, len(values) - 1)
        if values[i] < values[i - 1]
        and (
            (values[i] < values[i + 1] and max(values[i - 1], values[i + 1]) - values[i] >= threshold)
            or (values[i] == values[i + 1] and values[i - 1] - values[i] >= threshold)
        )
    }
    assert set(minima(values, threshold)) == expected


def test_margins_are_held_against_the_mean_of_the_last_five() -> None:
    margins = iter([0.5, -0.1, 0.2, 0.3, 0.1, 0.15, 0.9, 0.4])
    asked: list[tuple[int, int]] = []

    def margin(first: int, last: int) -> float:
        asked.append((first, last))
        return next(margins)

    found = splits(9, margin)
    assert found == pytest.approx({1: 0.1, 5: 0.2 - 0.15})  # the mean of .5, -.1, .2, .3 and .1 is .2
    assert asked == [(0, 1), (0, 2), (2, 3), (2, 4), (2, 5), (2, 6), (6, 7), (6, 8)]


def test_the_deepest_have_the_highest_scores() -> None:
    assert graded({1: 0.5, 3: 2.0, 4: 0.5}, 6) == pytest.approx([0, 5 / 6, 0, 1, 5 / 6, 0])
    assert graded({}, 2) == [0, 0]
