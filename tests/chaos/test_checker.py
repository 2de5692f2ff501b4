"""The judge of the storms, judged: what is planted is found, and nothing else is."""

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.chaos.checker import Seen, Told, Wanted, Word, check

CHUNKS = ("chk_a", "chk_b", "chk_c")
WANTED = {
    "one.txt": Wanted(CHUNKS),
    "two.txt": Wanted(("chk_x",)),
    "bad.pdf": Wanted(codes=frozenset({"corrupt"})),
}
SENT = Told("evt_1", "document.succeeded", (503, 200))
GOOD = Seen("doc_1", "one.txt", ("succeeded",), {1: CHUNKS}, 1, CHUNKS, (SENT,))
OTHER = Seen("doc_2", "two.txt", ("succeeded",), {1: ("chk_x",)}, 1, ("chk_x",), (SENT,))
BAD = Seen(
    "doc_3", "bad.pdf", ("failed",), {}, None, (), (replace(SENT, type="document.failed"),), ("corrupt",)
)
ACKNOWLEDGED = {"one.txt": "doc_1", "two.txt": "doc_2", "bad.pdf": "doc_3"}


def test_what_is_well_is_ok() -> None:
    report = check(WANTED, ACKNOWLEDGED, [GOOD, OTHER, BAD])
    assert report.is_clean
    assert report.counts == {"ok": 3, "lost": 0, "duplicated": 0, "unexpected": 0, "recovered": 0}


def test_what_nobody_answered_for_is_recovered() -> None:
    report = check(WANTED, {"one.txt": "doc_1"}, [GOOD, OTHER])
    assert report.is_clean
    assert report.words["doc_2"] == {Word.RECOVERED}


@pytest.mark.parametrize(
    ("planted", "word"),
    [
        (replace(GOOD, states=("running",), versions={}, current=None, shown=()), Word.LOST),
        (replace(GOOD, versions={1: CHUNKS[:2]}, shown=CHUNKS[:2]), Word.LOST),
        (replace(GOOD, current=None, shown=()), Word.LOST),
        (replace(GOOD, told=()), Word.LOST),
        (replace(GOOD, told=(replace(SENT, answers=(503, 401)),)), Word.LOST),
        (replace(GOOD, versions={1: CHUNKS, 2: CHUNKS}), Word.DUPLICATED),
        (replace(GOOD, told=(SENT, replace(SENT, message="evt_2"))), Word.DUPLICATED),
        (replace(GOOD, states=("succeeded", "succeeded")), Word.DUPLICATED),
        (replace(GOOD, versions={1: (*CHUNKS, "chk_x")}, shown=(*CHUNKS, "chk_x")), Word.UNEXPECTED),
        (replace(GOOD, versions={1: CHUNKS[::-1]}, shown=CHUNKS[::-1]), Word.UNEXPECTED),
        (replace(GOOD, shown=(*CHUNKS[:2], "chk_x")), Word.UNEXPECTED),
        (replace(GOOD, states=("failed",), versions={}, codes=("internal",)), Word.UNEXPECTED),
        (replace(BAD, document="doc_1", codes=("internal",)), Word.UNEXPECTED),
        (replace(GOOD, name="never-sent.txt"), Word.UNEXPECTED),
    ],
)
def test_a_planted_fault_is_caught_and_named(planted: Seen, word: Word) -> None:
    report = check(WANTED, ACKNOWLEDGED, [planted, OTHER, replace(BAD, document="doc_3")])
    assert not report.is_clean
    assert word in report.words["doc_1"], str(report)
    assert report.counts["ok"] == 2


def test_a_document_that_was_acknowledged_and_is_not_there_is_lost() -> None:
    report = check(WANTED, ACKNOWLEDGED, [OTHER, BAD])
    assert report.words["doc_1"] == {Word.LOST}


def test_the_waits_that_storms_shorten_are_where_they_were() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.entry", "version"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
