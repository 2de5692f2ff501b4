"""`auto`: which passages go to the other engine, and what becomes of its answers."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.inference.boundaries import splitter
from services.inference.characters import splitter as characters
from services.inference.sentences import passages
from services.inference.sentences.auto import Auto, Other
from services.inference.sentences.language import language_of
from services.inference.windows import Boundaries
from tests.support.sentences import assert_are_sentences

PROSE = (
    "The landlord shall give a receipt for the rent within ten days, and it shall name the month. "
    "The tenant may end this lease at any time by a notice in writing. A notice that comes too late has "
    "no effect. "
)
SPOKEN = (
    "so the next thing on the list is the remote control and we said last week that it should be yellow " * 6
)
RUSSIAN = "Суд согласился с истцом. Решение вступило в силу. Ответчик подал жалобу. " * 4
KERF = Other(lambda texts: map(splitter.boundaries_of, texts), knows_all=False)
PIECES = st.sampled_from([PROSE, SPOKEN, RUSSIAN, "\n\n", "\r\n", ". ", "A", "。", "中文", "\ud800", " "])
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=200)


class Asked:
    """An engine that cuts after every word of a kind, and remembers what it was shown."""

    def __init__(self, word: str, probability: float = 1.0) -> None:
        self.texts: list[str] = []
        self._word, self._probability = word, probability

    def __call__(self, texts: Sequence[str]) -> Iterator[Boundaries]:
        self.texts += texts
        for text in texts:
            ends = [at + len(self._word) for at in range(len(text) - 1) if text.startswith(self._word, at)]
            ends = [end for end in ends if text[end:].strip()]
            following = [end + len(text[end:]) - len(text[end:].lstrip()) for end in ends]
            found = np.array(ends, np.int32), np.array(following, np.int32)
            yield found[0], found[1], np.full(len(ends), self._probability, np.float32)


def split(engine: Auto, text: str) -> list[str]:
    return [sentence.span.of(text) for sentence in engine.sentences_of([text])]


@given(TEXTS)
@example("")
@example(" \n ")
@example("x" * 9000)
@example("word " * 2000)
def test_passages_cover_the_text(text: str) -> None:
    assert "".join(span.of(text) for span in passages.passages_of(text)) == text
    assert all(span.end - span.start <= passages.MOST for span in passages.passages_of(text))


@pytest.mark.parametrize(
    ("passage", "marks", "capitals"),
    [
        (PROSE, True, True),
        (PROSE.lower(), True, False),
        (SPOKEN, False, False),
        (SPOKEN.title(), False, True),
        ("Name\nStreet\nTown\n" * 20, True, True),
        ("我们今天讨论这个问题" * 10, False, True),
        ("我们今天讨论这个问题。" * 10, True, True),
    ],
)
def test_running_text_without_marks_or_capitals_is_told(passage: str, *, marks: bool, capitals: bool) -> None:
    assert passages.lacks_marks(passage) is not marks
    assert passages.lacks_capitals(passage) is not capitals


def test_punctuated_text_is_not_shown_to_the_other_engine() -> None:
    other = Asked("month.")
    engine = Auto(Other(other, knows_all=False))
    assert list(engine.sentences_of([PROSE * 5])) == list(splitter.sentences(PROSE * 5))
    assert other.texts == []


def test_passages_that_the_first_engine_cannot_read_go_to_the_other_one_whole() -> None:
    text = PROSE * 3 + "\n\n" + SPOKEN + "\n\n" + PROSE * 3
    other = Asked("yellow")
    found = split(Auto(Other(other, knows_all=False)), text)
    assert other.texts == [SPOKEN.strip()]
    assert [sentence for sentence in found if sentence.endswith("yellow")] == [SPOKEN[:98]] * 6
    assert [sentence for sentence in found if "yellow" not in sentence] == split(Auto(KERF), PROSE * 6)


def test_other_languages_go_to_an_engine_that_knows_all() -> None:
    other = Asked("истцом.")
    assert len(split(Auto(Other(other, knows_all=True)), RUSSIAN)) == 5
    assert RUSSIAN.strip() in other.texts
    blind = Asked("истцом.")
    split(Auto(Other(blind, knows_all=False)), RUSSIAN)
    assert blind.texts == []


def test_a_language_that_is_given_is_not_looked_for() -> None:
    other = Asked("month.")
    split(Auto(Other(other, knows_all=True), language="ru"), PROSE)
    assert PROSE.strip() in other.texts


def test_doubts_are_settled_by_both(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "It rained. We left."

    def doubtful(_: str) -> Boundaries:
        return np.array([10], np.int32), np.array([11], np.int32), np.array([0.6], np.float32)

    monkeypatch.setattr(splitter, "boundaries_of", doubtful)
    for opinion, ends in ((0.9, 2), (0.01, 1)):
        other = Asked("rained.", opinion)
        found = list(Auto(Other(other, knows_all=True), "en").sentences_of([text]))
        assert other.texts == [text]
        assert len(found) == ends
    sure = Auto(Other(Asked("rained.", 0.5), knows_all=True), "en").sentences_of([text])
    assert next(sure).probability == pytest.approx(0.5505, abs=1e-3)  # the mean of log odds .405 and 0


@given(TEXTS)
def test_sentences_are_trimmed_ordered_and_leave_out_white_space_alone(text: str) -> None:
    other = Other(lambda texts: map(characters.boundaries_of, texts), knows_all=True)
    found = [sentence.span for sentence in Auto(other).sentences_of([text])]
    assert_are_sentences(text, found)


def test_the_language_is_told_where_it_can_be() -> None:
    assert language_of(PROSE) == "en"
    assert language_of(RUSSIAN) == "ru"
    assert language_of("12345 67") is None
    assert language_of("\ud800") is None
