"""The questions of the strategy llm, the answers as they come, and what they make of a document."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import BlockKind, Document
from services import pipeline
from services.segmentation.boundaries.shifts import (
    PROFILE,
    Shifts,
    Unanswered,
    is_whole,
    shifts,
    shifts_in,
    with_shifts,
)
from services.segmentation.registry import parse_options
from tests.support.chat import first_other, passages
from tests.support.vectors import TOOLS, paragraphs

TEXTS = passages("aaabbbbccc").split("\n\n")
SOURCE = paragraphs(*TEXTS)
STARTS = [SOURCE.text.index(text) for text in TEXTS]
SIZE = 50
ANSWERS = st.one_of(
    st.text(max_size=30),
    st.integers(-2, 12).map(lambda number: f"Answer: ID {number}"),
    st.just("Answer: none"),
)


def found_by(ask: Callable[[str], str], *, calls: int = 99, source: Document = SOURCE) -> Shifts:
    return shifts(source, ask, group_tokens=SIZE, most_calls=calls)


def chunks_of(source: Document, **options: object) -> list[Chunk]:
    parsed = parse_options({"strategy": "llm", "tokenizer": "words", "group_tokens": SIZE, **options})
    return list(pipeline.chunk(source, parsed, TOOLS).chunks)


def test_a_group_begins_where_the_content_shifts() -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return first_other(question)

    found = found_by(ask)
    assert found == Shifts((STARTS[3], STARTS[7]), "")
    assert [question.split(":")[0] for question in asked] == ["ID 0", "ID 3", "ID 7"]
    assert max(map(len, asked)) < 2 * SIZE * 4


def test_chunks_are_cut_there_and_nowhere_else_while_they_fit() -> None:
    answered = with_shifts(SOURCE, found_by(first_other), SIZE)
    chunks = chunks_of(answered, max_tokens=64)
    assert [chunk.spans[0].start for chunk in chunks] == [STARTS[0], STARTS[3], STARTS[7]]
    assert chunks[0].reason == "the content shifts, a language model says"
    assert "fallback" not in chunks[0].metadata
    assert max(chunk.tokens for chunk in chunks_of(answered, max_tokens=16)) <= 16


def test_what_was_answered_is_kept_for_its_options_alone() -> None:
    answered = with_shifts(SOURCE, found_by(first_other), SIZE)
    assert is_whole(answered, SIZE)
    assert not is_whole(answered, SIZE + 1)
    assert shifts_in(answered, SIZE + 1).fallback == "no language model was asked"
    assert [chunk.id for chunk in chunks_of(answered)] == [chunk.id for chunk in chunks_of(answered)]


def test_without_an_answer_the_chunks_say_why() -> None:
    def silent(question: str) -> str:
        raise Unanswered(f"nobody answered a question of {len(question)}")

    found = found_by(silent)
    assert found.cuts == ()
    chunks = chunks_of(with_shifts(SOURCE, found, SIZE), max_tokens=24)
    assert {chunk.metadata["fallback"] for chunk in chunks} == {found.fallback}
    assert {chunk.metadata["fallback"] for chunk in chunks_of(SOURCE)} == {"no language model was asked"}


def test_what_was_cut_before_the_answers_ended_stays() -> None:
    found = found_by(first_other, calls=1)
    assert found == Shifts((STARTS[3],), "no more than 1 questions are asked of a document")
    assert not is_whole(with_shifts(SOURCE, found, SIZE), SIZE)


@pytest.mark.parametrize("answer", ["Answer: ID 0", "Answer: ID 11", "Answer: ID -1", "I cannot say.", ""])
def test_an_answer_that_names_none_of_the_passages_cuts_nothing(answer: str) -> None:
    found = found_by(lambda _: answer)
    assert found == Shifts((), "an answer was not understood")


@given(
    st.lists(ANSWERS, min_size=40, max_size=40),
    st.integers(0, 40),
    st.lists(st.integers(0, 900), max_size=30),
)
def test_any_answers_end_and_cut_before_passages(
    answers: list[str], calls: int, sizes: Sequence[int]
) -> None:
    texts = [f"P{i} " + "x" * size for i, size in enumerate(sizes)]
    source = paragraphs(*texts)
    given_answers = iter(answers)
    found = found_by(lambda _: next(given_answers), calls=calls, source=source)
    starts = {source.text.index(f"P{i} ") for i in range(1, len(texts))}
    assert set(found.cuts) <= starts
    assert list(found.cuts) == sorted(set(found.cuts))


@pytest.mark.parametrize(
    "kept", ["", "[]", '{"cuts": 1, "fallback": ""}', '{"cuts": [1e999], "fallback": 0}', "[" * 9999]
)
def test_answers_that_are_damaged_are_none(kept: str) -> None:
    damaged = Document("x", "text/plain", "0" * 64, metadata={f"{PROFILE}/{SIZE}": kept})
    assert shifts_in(damaged, SIZE) == Shifts()


def test_a_heading_is_one_passage_with_what_follows() -> None:
    kinds = [BlockKind.HEADING, BlockKind.PARAGRAPH] * 2
    source = paragraphs("One", "Text of one.", "Two", "Text of two.", kinds=kinds)

    def ask(question: str) -> str:
        assert question == "ID 0: One Text of one.\nID 1: Two Text of two."
        return "Answer: ID 1"

    assert found_by(ask, source=source).cuts == (source.text.index("Two"),)
