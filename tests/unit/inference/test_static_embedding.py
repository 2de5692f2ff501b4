"""The embedder without a network: sums of vectors of subwords."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelUnavailable
from services.inference.boundaries.arrays import Floats
from services.inference.embedding.engines import MINILM, STATIC, embedding_of, late_of
from services.inference.embedding.static import Static, static
from services.inference.embedding.weights import FORM

NOWHERE = Path("no-models-here")
SUBJECTS = (
    ("The tenant shall pay the rent monthly.", "Rent is due from the tenant every month."),
    ("The court dismissed the appeal.", "The appeal was rejected by the judges."),
    ("Cats and dogs are common pets.", "Many people keep a dog or a cat at home."),
    ("The function returns an empty list.", "An empty array is what this method gives back."),
    ("Either party may terminate this agreement.", "The contract can be ended by both sides."),
    ("The patient was given antibiotics.", "Doctors treated him with penicillin for the infection."),
)
"""Two sentences of about the same."""


@cache
def ours() -> Static:
    return static()


def embedded(*texts: str) -> Floats:
    return ours().embed(texts)


def test_a_vector_is_the_sum_of_its_subwords_brought_to_length_one() -> None:
    table = ours()._rows
    ids = ours().ids("Undrinkable water, café 第一条!")
    assert ids == ours()._subwords.of(["Undrinkable water, café 第一条!"])[0][1:-1]
    total = table[ids].sum(0)
    (found,) = embedded("Undrinkable water, café 第一条!")
    assert np.allclose(found, total / np.linalg.norm(total), atol=1e-6)
    assert table.shape == (FORM.words, 256)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_rows_have_length_one_or_none_whatever_stands_beside_them(texts: list[str]) -> None:
    rows = embedded(*texts)
    assert rows.shape == (len(texts), 256)
    lengths = np.linalg.norm(rows, axis=1)
    has_words = [bool(ours().ids(text)) for text in texts]
    assert np.allclose(lengths, has_words, atol=1e-5)
    for text, row in zip(texts, rows, strict=True):
        assert np.array_equal(embedded(text)[0], row)


def test_texts_without_words_are_zeros() -> None:
    assert not embedded("", " \n\t", "\u3000").any()


def test_what_two_sentences_say_counts_more_than_their_words() -> None:
    first, second = (embedded(*column) for column in zip(*SUBJECTS, strict=True))
    assert ((first @ second.T).argmax(1) == np.arange(len(SUBJECTS))).all()


def test_cosines_are_much_like_those_of_minilm() -> None:
    texts = [text for pair in SUBJECTS for text in pair]
    pairs = np.triu_indices(len(texts), 1)
    own, wanted = ((rows @ rows.T)[pairs] for rows in (embedded(*texts), _minilm(texts)))
    assert np.corrcoef(own, wanted)[0, 1] > 0.7


def _minilm(texts: list[str]) -> Floats:
    return embedding_of(MINILM, NOWHERE)(texts)


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.inference.embedding.static._REMEMBERED", 10)
    small = static()
    text = " ".join(f"word{i}" for i in range(50))
    rows = small.embed([text, "a few others", text])
    assert np.array_equal(rows[0], rows[2])
    assert len(small._known) <= 60


def test_one_endless_word_and_many_small_texts_are_read() -> None:
    assert np.isfinite(embedded("x" * 100_000)).all()
    assert embedded(*(str(i % 1000) for i in range(20_000))).shape == (20_000, 256)


def test_it_is_found_by_name_and_has_no_subwords_in_context() -> None:
    assert np.array_equal(embedding_of(STATIC, NOWHERE)(["a cat"]), embedded("a cat"))
    with pytest.raises(ModelUnavailable, match="whole texts only"):
        late_of(STATIC, NOWHERE)
