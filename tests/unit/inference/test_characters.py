"""The splitter for texts without marks, capitals or lines to trust: the contract, and what it finds."""

import hashlib
import json
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.sentence import Sentence
from models.span import Span
from services.inference.boundaries.characters import Kind, codes_of, kinds_of
from services.inference.characters import splitter
from services.inference.characters.features import COLUMNS, seen_of
from tests.support.sentences import assert_are_sentences

PIECES = st.sampled_from(
    [
        *("the ", "court ", "held that", " he said ", "no ", "X", "中文", "かな", "Art. 5 ", "word.Word "),
        *(
            ". ",
            ".\n\n",
            "...",
            "? ",
            "!",
            "\r\n",
            "\n",
            " ",
            "\u3000",
            "\x1c",
            "\x85",
            "\u200b",
            "。",
            "「",
            "」",
        ),
        *("(a) ", "1. ", '"', "”", ")", "[1]", "—", "-\n", "\ud800", "\U0001f600", "\U00020000"),
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200)

LEASE = [
    "the tenant shall pay the rent on the first day of each month",
    "the landlord must keep the building in good repair",
    "if the tenant does not pay the rent the landlord may end the lease",
    "this agreement is governed by the laws of the state of new york",
    "the court of appeals affirmed the judgment of the district court",
    "we agree",
    "the defendant did not object to the evidence at trial",
    "he was sentenced to ten years in prison",
    "i went to the store yesterday and bought some milk",
    "it was really cheap",
    "do you know when the meeting starts",
    "thank you very much for your help",
]


def spans(text: str, threshold: float = splitter.THRESHOLD) -> list[Span]:
    return [found.span for found in splitter.sentences(text, threshold)]


def f1(text: str, sentences: list[str]) -> float:
    """Of boundaries; the sentences are joined by one character."""
    gold, end = set(), -1
    for sentence in sentences[:-1]:
        end += 1 + len(sentence)
        gold.add(end)
    found = {span.end for span in spans(text)} - {len(text.rstrip())}
    return 2 * len(found & gold) / (len(found) + len(gold))


@given(TEXTS)
@example("")
@example(" \n ")
@example("\ud800.\udfff a")
def test_sentences_are_trimmed_ordered_and_leave_out_white_space_alone(text: str) -> None:
    found = spans(text)
    assert_are_sentences(text, found)
    assert spans(text) == found


@given(TEXTS)
def test_words_are_cut_only_where_the_script_has_no_spaces(text: str) -> None:
    unspaced = (Kind.IDEOGRAPH, Kind.FULL_STOP)
    for span in spans(text, 0.01)[:-1]:
        kinds = kinds_of(codes_of(text))[span.end - 1 : span.end + 1].tolist()
        assert text[span.end].isspace() or set(kinds) & set(unspaced)


@given(TEXTS, st.floats(0, 1), st.floats(0, 1))
def test_the_threshold_is_a_monotone_dial(text: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert {span.end for span in spans(text, high)} <= {span.end for span in spans(text, low)}


@given(st.lists(TEXTS, max_size=6))
def test_a_text_in_parts_has_the_sentences_of_the_whole(parts: list[str]) -> None:
    assert list(splitter.sentences_of(parts)) == list(splitter.sentences("".join(parts)))


def test_windows_and_strides_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(LEASE * 20)
    whole = list(splitter.sentences(text))
    assert len(whole) > 100
    monkeypatch.setattr(splitter, "WINDOW", 1 << 12)
    monkeypatch.setattr(splitter, "_STRIDE", 250)
    narrow = list(splitter.sentences(text))
    assert [found.span for found in narrow] == [found.span for found in whole]
    assert [found.probability for found in narrow] == pytest.approx(
        [found.probability for found in whole], abs=1e-4
    )
    for size in (63, 4097):
        assert list(splitter.sentences_of(text[at : at + size] for at in range(0, len(text), size))) == narrow


def test_runs_without_white_space_stay_whole() -> None:
    assert spans("x" * 200_000) == [Span(0, 200_000)]
    assert spans(" " * 200_000) == []


def test_sentences_without_marks_and_capitals_are_found() -> None:
    assert f1(" ".join(LEASE), LEASE) >= 0.6


def test_sentences_with_marks_in_lower_case_are_found() -> None:
    marked = [f"{sentence}." for sentence in LEASE]
    assert f1(" ".join(marked), marked) >= 0.95


def test_sentences_with_capitals_and_no_marks_are_found() -> None:
    large = [sentence[0].upper() + sentence[1:] for sentence in LEASE]
    assert f1(" ".join(large), large) >= 0.9


def test_lines_that_were_wrapped_are_no_sentences() -> None:
    text = (
        "The tenant shall pay the rent on the first day of each month, and the\n"
        "landlord shall give a receipt for it within ten days of that payment. The\n"
        "receipt shall name the month for which it was paid and the amount of it.\n"
        "It shall be signed by the landlord or by an agent whom the landlord named.\n"
    )
    starts = ["The tenant", "The\nreceipt", "It shall"]
    assert [span.of(text)[: len(start)] for span, start in zip(spans(text), starts, strict=True)] == starts


def test_an_unspaced_script_is_split_at_its_stops() -> None:
    text = "第一条规定如下。第二条另有规定。"
    assert [span.of(text) for span in spans(text)] == ["第一条规定如下。", "第二条另有规定。"]


def test_every_word_but_the_last_has_a_probability() -> None:
    text = "the  court agreed\nit was late"
    ends, following, probability = splitter.boundaries_of(text)
    assert ends.tolist() == [3, 10, 17, 20, 24]
    assert following.tolist() == [5, 11, 18, 21, 25]
    assert ((probability > 0) & (probability < 1)).all()
    assert list(splitter.sentences(text, 1)) == [Sentence(Span(0, len(text)))]


def test_the_network_sees_what_it_has_learnt_from() -> None:
    text = 'Lease no. 12, "the LEASE"\n  (a) U.S. law-suits 1997\r\n\r\n本。「次」とabc \U0001f600 don\'t'
    words, rows = seen_of(text)
    parts = [text[start:end] for start, end in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    assert parts[9:13] == ["本。", "「次」", "と", "abc"]
    assert rows.shape == (len(parts), COLUMNS)
    assert rows[0, 0] == rows[4, 0] != rows[1, 0]
    expected = "64792d525c181bdaf84ef3e43e325ad64f14aae6a255c9a978ac51562f00d978"
    assert hashlib.sha256(rows.astype("<i4").tobytes()).hexdigest() == expected


def test_the_model_is_that_of_the_manifest_and_small() -> None:
    folder = files(splitter.__package__)
    manifest = json.loads(folder.joinpath("trained.json").read_text(encoding="utf-8"))
    data = {name: folder.joinpath(name).read_bytes() for name in manifest["sha256"]}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in data.items()} == manifest["sha256"]
    assert sum(map(len, data.values())) < 4_000_000
