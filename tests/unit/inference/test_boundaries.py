"""Kerf's own sentence splitter: the contract on any text, and what it knows of real ones."""

import hashlib
import json
import sys
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.span import Span
from services.inference.boundaries import splitter
from services.inference.boundaries.characters import BLANKS, codes_of, kinds_of
from services.inference.boundaries.features import Features
from services.inference.boundaries.shapes import Enumerator, Shape, enumerators_of, shapes_of
from services.inference.boundaries.tokens import hashes
from tests.support.sentences import assert_are_sentences

PIECES = st.sampled_from(
    [
        *("Mr. ", "Smith", " v. ", "Jones", ", 5 U.S.C. § 12(b)", "He ", "said ", "no ", "X", "中文"),
        *(". ", ".\n\n", "...", "? ", "!", "\r\n", "\n", " ", "\u3000", "\x1c", "\x85", "\u200b", "。"),
        *("(a) ", "1. ", '"', "”", ")", "[1]", "—", "\ud800", "\U0001f600"),
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200)


def kerf_spans(text: str) -> list[Span]:
    return [found.span for found in splitter.sentences(text)]


def ends(text: str, threshold: float) -> set[int]:
    return {found.span.end for found in splitter.sentences(text, threshold)}


@given(TEXTS)
@example("")
@example(" \n ")
@example("\ud800.\udfff A")
def test_sentences_are_trimmed_ordered_and_leave_out_white_space_alone(text: str) -> None:
    found = kerf_spans(text)
    assert_are_sentences(text, found)
    assert kerf_spans(text) == found


@given(TEXTS, st.floats(0, 1), st.floats(0, 1))
def test_the_threshold_is_a_monotone_dial(text: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert ends(text, high) <= ends(text, low)


@pytest.mark.parametrize(
    "sentences",
    [
        ["The court agreed.", "It was late."],
        ["Mr. Smith met Dr. Jones at 5 p.m. in Washington.", "They talked."],
        ["See Smith v. Jones, 512 U.S. 43, 45 (1994).", "The rule is old."],
        ["He said “No.”", "She left."],
        ["第一条规定如下。", "第二条另有规定。"],
        ["El art. 24.1 CE no se ha vulnerado.", "El recurso debe ser desestimado."],
    ],
)
def test_sentences_of_running_text_are_found(sentences: list[str]) -> None:
    space = "" if sentences[0].endswith("。") else " "
    text = space.join(sentences)
    assert [span.of(text) for span in kerf_spans(text)] == sentences


def test_lines_that_were_wrapped_are_no_sentences() -> None:
    text = (
        "The tenant shall pay the rent on the first day of each month, and the\n"
        "landlord shall give a receipt for it within ten days of that payment. The\n"
        "receipt shall name the month for which it was paid and the amount of it.\n"
        "It shall be signed by the landlord or by an agent whom the landlord named.\n"
    )
    starts = ["The tenant", "The\nreceipt", "It shall"]
    assert [
        span.of(text)[: len(start)] for span, start in zip(kerf_spans(text), starts, strict=True)
    ] == starts


def test_every_boundary_has_a_probability_above_the_threshold() -> None:
    text = "One is here. Two is there. Three is nowhere."
    found = list(splitter.sentences(text, 0.3))
    assert len(found) == 3
    assert all(0.3 < sentence.probability <= 1 for sentence in found)
    assert found[-1].probability == 1


def test_windows_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "The appeal was dismissed because the notice of it came too late. "
    text = sentence * 400
    whole = kerf_spans(text)
    monkeypatch.setattr(splitter, "WINDOW", 1 << 12)
    assert kerf_spans(text) == whole
    assert len(whole) == 400


@given(st.lists(TEXTS, max_size=6))
def test_a_text_in_parts_has_the_sentences_of_the_whole(parts: list[str]) -> None:
    assert list(splitter.sentences_of(parts)) == list(splitter.sentences("".join(parts)))


def test_parts_and_windows_may_end_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The appeal was dismissed because the notice of it came too late. \n" * 200
    monkeypatch.setattr(splitter, "WINDOW", 1 << 12)
    whole = list(splitter.sentences(text))
    for size in (1, 63, 4095, 4097):
        parts = (text[at : at + size] for at in range(0, len(text), size))
        assert list(splitter.sentences_of(parts)) == whole


def test_a_run_without_white_space_is_split_in_windows_and_stays_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(splitter, "WINDOW", 1 << 12)
    assert kerf_spans("x" * 20_000) == [Span(0, 20_000)]
    assert kerf_spans(" " * 20_000) == []


def test_white_space_is_what_python_says_it_is() -> None:
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    blanks = [chr(code) for code, kind in enumerate(kinds_of(codes_of(text)).tolist()) if kind in BLANKS]
    assert blanks == [character for character in text if character.isspace()]


def test_a_word_has_the_same_hash_wherever_it_stands() -> None:
    tokens = Features.of("Lease one, (LEASE) \U0001f600 lease. leas").tokens
    assert tokens.word[0] == tokens.word[2] == tokens.word[4] != tokens.word[5]
    assert hashes(codes_of("lease"), tokens.start[:1], tokens.end[:1])[0] == tokens.word[0]


def test_tokens_are_parted_where_sentences_touch() -> None:
    text = "It ended.Then more.[1] Is it so?yes www.example.com 3.5 U.S.A."
    tokens = Features.of(text).tokens
    parts = [text[start:end] for start, end in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]
    assert parts == [
        "It",
        "ended.",
        "Then",
        "more.",
        "[1]",
        "Is",
        "it",
        "so?",
        "yes",
        "www.example.com",
        "3.5",
        "U.S.A.",
    ]


def test_shapes_and_enumerators_are_told() -> None:
    tokens = Features.of("word Word WORD W 12 a1 mcX U.S. (a) b) 3. 1.2 • ...").tokens
    shapes = shapes_of(tokens)
    expected = [
        Shape.LOWER,
        Shape.CAPITAL,
        Shape.UPPER,
        Shape.LETTER,
        Shape.NUMBER,
        Shape.CODE,
        Shape.MIXED,
        Shape.INITIALS,
    ]
    assert shapes[:8].tolist() == expected
    assert shapes[-1] == Shape.EMPTY
    assert enumerators_of(tokens, shapes)[8:13].tolist() == [
        Enumerator.LETTER_IN_BRACKETS,
        Enumerator.LETTER_BRACKET,
        Enumerator.NUMBER_DOT,
        Enumerator.DOTTED_NUMBER,
        Enumerator.MARK,
    ]


def test_the_models_are_those_of_the_manifest_and_small() -> None:
    folder = files(splitter.__package__)
    manifest = json.loads(folder.joinpath("trained.json").read_text(encoding="utf-8"))
    data = {name: folder.joinpath(name).read_bytes() for name in manifest["sha256"]}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in data.items()} == manifest["sha256"]
    assert sum(map(len, data.values())) < 5_000_000
