"""Spoiled training texts keep their sentences."""

import numpy as np
import pytest

from services.inference.boundaries.characters import codes_of
from tests.bench.sentences.characters import changes
from tests.bench.sentences.characters.passages import Passage, example_of, passage_of

SENTENCES = [
    "The tenant shall pay the rent on the first day of each month, and the landlord shall give a receipt.",
    "Is it so?",
    "The receipt (see Annex 2) shall name the month: it shall be signed by the landlord's agent.",
    "No. 12 was empty!",
]


def passage(separator: str) -> Passage:
    text = separator.join(SENTENCES * 6)
    ends = np.cumsum([len(sentence) + len(separator) for sentence in SENTENCES * 6]) - len(separator)
    return passage_of(text, [(0, int(end)) for end in ends], "en")


def text_of(passage: Passage) -> str:
    return "".join(map(chr, passage.codes.tolist()))


def random() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("separator", [" ", "\n", "\r\n\r\n"])
@pytest.mark.parametrize(
    "change",
    [changes.small, changes.bare, changes.squeezed, changes.glued, changes.wrapped, changes.confused],
)
def test_a_change_moves_no_boundary(change: changes.Change, separator: str) -> None:
    labels = example_of(change(passage(separator), random()), 1).labels
    assert labels.sum() == len(SENTENCES) * 6 - 1


def test_boundaries_stay_after_the_same_words() -> None:
    spoiled = changes.small(changes.bare(passage(" "), random()), random())
    text = text_of(spoiled)
    ends = np.flatnonzero(example_of(spoiled, 1).labels)
    words = text.split()
    assert {words[end] for end in ends} == {"receipt", "so", "agent", "empty"}
    assert "," not in text
    assert text == text.lower()


def test_lines_are_wrapped_at_their_width() -> None:
    lines = [changes.wrapped(passage(" "), random()) for _ in range(20)]
    assert all(max(map(len, text_of(line).split("\n"))) <= 111 for line in lines)
    assert any(
        "-\n" in text_of(line) for line in [changes.wrapped(passage(" "), random()) for _ in range(200)]
    )


def test_an_unspaced_text_is_wrapped_and_glued_anywhere() -> None:
    text = "第一条 规定如下。第二条另有规定。" * 9
    made = passage_of(text, [(0, at + 1) for at, mark in enumerate(text) if mark == "。"], "zh")
    assert "\n" in text_of(changes.wrapped(made, random()))
    assert " " not in text_of(changes.glued(changes.bare(made, random()), random()))
    assert example_of(changes.glued(changes.bare(made, random()), random()), 1).labels.sum() == 17


def test_what_followed_a_word_is_known_after_it_is_gone() -> None:
    marked = passage_of("So, it is. Yes", [(0, 10)], "en")
    bare = example_of(changes.bare(marked, random()), 2.5)
    assert bare.marks.tolist() == [3, 0, 1, 0]
    assert bare.labels.tolist() == [0, 0, 1, 0]
    assert bare.weights.tolist() == [1, 1, 2.5, 0]
    assert codes_of("So it is Yes").tolist() == changes.bare(marked, random()).codes.tolist()
