"""Language models of tables of bigrams: what they say is known to the digit."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError, ModelUnavailable
from models.span import Span
from services.inference.language_models.loading import from_files, language_model_of
from services.inference.language_models.network import Network
from services.inference.onnx import Model
from tests.support.language_models import Table, declared, graph, tokenizer

WORDS = ["?", "a", "b", "c", "1", "2"]


def table(seed: int = 0) -> Table:
    drawn = np.random.default_rng(seed).uniform(0.1, 1, (len(WORDS), len(WORDS)))
    shares: Table = drawn / drawn.sum(1, keepdims=True)
    return shares


FILES = {"model.onnx": graph(table()), "tokenizer.json": tokenizer(WORDS)}
NETWORK = Network(Model(FILES["model.onnx"]), 16)


@given(st.lists(st.integers(0, 5), max_size=70))
def test_every_token_is_counted_once_however_long_the_text(ids: list[int]) -> None:
    found = NETWORK.surprises(np.array(ids, np.int64))
    expected = [-math.log(table()[a, b]) for a, b in pairwise(ids)]
    assert np.isnan(found[:1]).all()
    assert np.allclose(found[1:], expected, atol=1e-5)


@pytest.mark.parametrize("places", [False, True])
def test_sentences_have_the_mean_of_their_tokens(places: bool) -> None:  # noqa: FBT001
    model = from_files({**FILES, "model.onnx": graph(table(), places=places)}, 16)
    text = "a b c\nb b   nothing c a"
    spans = [Span(0, 5), Span(6, 9), Span(12, len(text))]
    ids = [1, 2, 3, 2, 2, 0, 3, 1]
    each = [-math.log(table()[a, b]) for a, b in pairwise(ids)]
    expected = [sum(each[:2]) / 2, sum(each[2:4]) / 2, sum(each[4:]) / 3]
    assert model.surprisals(text, spans) == pytest.approx(expected, abs=1e-5)


def test_a_sentence_without_a_token_of_its_own_says_nothing() -> None:
    model = from_files(FILES, 16)
    first, second = model.surprisals("a b", [Span(0, 1), Span(2, 3)])
    assert math.isnan(first)
    assert second == pytest.approx(-math.log(table()[1, 2]), abs=1e-5)
    assert model.surprisals("", []) == []


def test_the_margin_is_the_difference_of_two_answers() -> None:
    found = from_files(FILES, 256).margin("a b c", "b a")
    after_colon = table()[0]  # every word of the question is unknown but the answer
    assert found == pytest.approx(after_colon[5] - after_colon[4], abs=1e-6)


def test_what_is_asked_about_is_cut_to_what_is_read_at_once() -> None:
    model = from_files(FILES, 64)
    assert model.margin("a " * 500, "b " * 500) == pytest.approx(table()[0, 5] - table()[0, 4], abs=1e-6)


def test_the_only_one_is_found_and_several_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no language model here"):
        language_model_of(None, tmp_path / "empty")
    declared(tmp_path, "first", FILES, longest=16)
    text, spans = "a b c", [Span(0, 5)]
    alone = language_model_of(None, tmp_path).surprisals(text, spans)
    assert alone == pytest.approx([(-math.log(table()[1, 2]) - math.log(table()[2, 3])) / 2], abs=1e-5)
    declared(tmp_path, "second", FILES)
    language_model_of.cache_clear()
    with pytest.raises(ModelUnavailable, match="several"):
        language_model_of(None, tmp_path)
    assert language_model_of("second", tmp_path).surprisals(text, spans) == alone
    with pytest.raises(ModelUnavailable, match="'third'"):
        language_model_of("third", tmp_path)


def test_what_is_no_language_model_is_a_typed_error() -> None:
    with pytest.raises(ModelUnavailable):
        from_files({"model.onnx": FILES["model.onnx"]})
    with pytest.raises(ModelError):
        from_files({**FILES, "tokenizer.json": b"{}"})
    with pytest.raises(ModelError):
        from_files({**FILES, "model.onnx": b"nothing"})
    fewer = {**FILES, "model.onnx": graph(table()[:, :2])}
    with pytest.raises(ModelError, match="more tokens"):
        from_files(fewer, 16).surprisals("a c", [Span(0, 3)])
    same = {**FILES, "tokenizer.json": tokenizer(["?", "a"])}
    with pytest.raises(ModelError, match="1 from 2"):
        from_files(same, 16).margin("a", "a")
