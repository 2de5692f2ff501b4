"""The strategy: cuts where topics change, whatever the cap; lines of transcripts; what chunks say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from models.chunk import Chunk
from models.limits import DEFAULT_LIMITS
from services import pipeline
from services.segmentation.registry import parse_options
from tests.support.vectors import TOOLS, Floats

SUBJECTS = ("lease", "harvest", "orbit")
RUNS = [("lease", 14), ("harvest", 11), ("orbit", 16), ("lease", 12)]


def by_subject(texts: Sequence[str]) -> Floats:
    """The subject, and a little of every text's own."""
    rows = np.zeros((len(texts), 32), np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[[i for i, subject in enumerate(SUBJECTS) if subject in text]] = 1
        row[3 + sum(text.encode()) % 29] = 1
    found: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
    return found


def chunks_of(text: str, **options: object) -> list[Chunk]:
    document = pipeline.parse(text.encode(), "notes.txt", DEFAULT_LIMITS, lambda *_: None)
    parsed = parse_options({"strategy": "topic", "tokenizer": "words", **options})
    return list(pipeline.chunk(document, parsed, replace(TOOLS, embed=by_subject)).chunks)


def told(runs: Sequence[tuple[str, int]]) -> list[str]:
    return [
        f"Then number {i * 7 % 5} of the {subject} is told." for subject, many in runs for i in range(many)
    ]


@pytest.mark.parametrize("between", [" ", "\n"])
def test_under_a_wide_cap_chunks_are_the_topics(between: str) -> None:
    found = chunks_of(between.join(told(RUNS)), max_tokens=100_000)
    assert [chunk.tokens // 8 for chunk in found] == [many for _, many in RUNS]
    assert [chunk.metadata["topic"] for chunk in found] == [0, 1, 2, 3]
    assert found[0].reason == "another topic begins: harvest"
    assert "harvest" in found[1].metadata["topic_words"]


def test_a_small_cap_refines_them() -> None:
    found = chunks_of(" ".join(told(RUNS)), max_tokens=40)
    starts = {chunk.spans[0].start for chunk in found}
    wide = chunks_of(" ".join(told(RUNS)), max_tokens=100_000)
    assert {chunk.spans[0].start for chunk in wide} < starts
    firsts = {chunk.metadata["topic"]: chunk.id for chunk in reversed(found)}
    assert all(chunk.metadata["topic_begins"] == firsts[chunk.metadata["topic"]] for chunk in found)


def test_a_minimum_joins_what_is_smaller() -> None:
    runs = [("lease", 14), ("harvest", 5), ("orbit", 14)]
    assert min(chunk.tokens for chunk in chunks_of(" ".join(told(runs)), max_tokens=400)) == 5 * 8
    assert min(chunk.tokens for chunk in chunks_of(" ".join(told(runs)), max_tokens=400, min_tokens=80)) >= 80


def test_a_text_about_one_thing_stays_whole() -> None:
    assert len(chunks_of(" ".join(told([("lease", 60)])), max_tokens=100_000)) == 1


def test_turns_are_cut_only_at_their_ends() -> None:
    turns = [f"Ann: {sentence} So it is. And more {sentence}" for sentence in told(RUNS)]
    text = "\n".join(turns)
    starts = {chunk.spans[0].start for chunk in chunks_of(text, max_tokens=200)}
    assert len(starts) > len(RUNS)
    assert all(start == 0 or text[start - 1] == "\n" for start in starts)


def test_wrapped_lines_are_no_turns() -> None:
    sentence = "the lease says what the harvest of the orbit may bring to all of us."
    words = " ".join(sentence.capitalize() for _ in range(30)).split()
    lines = [" ".join(words[i : i + 10]) for i in range(0, len(words), 10)]
    found = chunks_of("\n".join(lines), max_tokens=40)
    assert all(chunk.text("\n".join(lines)).endswith(".") for chunk in found)


@pytest.mark.parametrize("text", ["x", "x.\ny.", "一。 二。 三。", "- - -\n. .\n\n?"])
def test_texts_that_say_next_to_nothing(text: str) -> None:
    assert " ".join(chunk.text(text) for chunk in chunks_of(text)).split() == text.split()
