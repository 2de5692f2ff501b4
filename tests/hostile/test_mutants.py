"""P1 and P9: damaged copies of good documents end read or typed; never untyped, never late.

What kills a parser has a signature. One that is not known yet fails the test, and what did it is kept below
build/crashes.
"""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from models.errors import KerfError, WorkerCrashed
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Request
from tests.hostile.seeds import COUNT, seeds
from tests.support.source import ROOT

OPTIONS = {"strategy": "sentence", "tokenizer": "words", "max_tokens": 64}
SEED = 20261120
FEW, MANY = 80, 10_000
DEADLINE = 20.0
KEPT = ROOT / "build" / "crashes"
CLOSED = {
    "ready",
    "unsupported_type",
    "type_mismatch",
    "empty_file",
    "encrypted",
    "corrupt",
    "no_pages",
    "too_large",
    "too_many_pages",
    "page_too_large",
    "expansion_limit",
    "nesting_limit",
    "memory_limit",
    "deadline",
    "worker_crashed",
}
NOT_STARTED = "No parser was ready within"
"""A slow machine: no process has seen the document yet."""
KNOWN: frozenset[str] = frozenset()
"""Signatures of crashes that have been looked into."""


def mutants(count: int) -> Iterator[tuple[str, bytes]]:
    """Copies with bytes changed, cut out, doubled or moved, or spliced with those of another."""
    chance = random.Random(SEED)
    good = seeds()
    for number in range(count):
        name, data = good[number % len(good)]
        changed = bytearray(data)
        for _ in range(chance.choice((1, 3, 30))):
            at = chance.randrange(len(changed) or 1)
            length = chance.choice((1, 4, 64))
            match chance.randrange(5):
                case 0:
                    changed[at : at + 1] = chance.randbytes(1)
                case 1:
                    del changed[at : at + length]
                case 2:
                    changed[at:at] = changed[at : at + length]
                case 3:
                    changed[at : at + length] = chance.randbytes(length)
                case _:
                    other = chance.choice(good)[1]
                    start = chance.randrange(len(other) or 1)
                    changed[at : at + length] = other[start : start + length]
        yield name, bytes(changed) or b"\0"


@dataclass
class Outcomes:
    """What became of all mutants, and those whose crash nobody has seen before, by signature."""

    codes: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def take(self, name: str, data: bytes, error: KerfError, trace: list[str]) -> None:
        """One that ended in an error; a new signature is kept with the bytes that have it."""
        self.codes[error.code] += 1
        found = signature(error, trace)
        if found is None:
            return
        self.crashes[found] += 1
        if found not in KNOWN and self.crashes[found] == 1:
            KEPT.mkdir(parents=True, exist_ok=True)
            kept = KEPT / f"{hashlib.sha256(data).hexdigest()[:16]}-{name}"
            kept.write_bytes(data)
            kept.with_name(f"{kept.name}.signature").write_text(found, encoding="utf-8")


def signature(error: KerfError, trace: list[str]) -> str | None:
    """What tells one crash from another: the kind of error and where, or how the process died."""
    if trace:
        return " < ".join([trace[0], *reversed(trace[-3:])])
    if error.detail.startswith(NOT_STARTED):
        return None
    if isinstance(error, WorkerCrashed) or error.code == KerfError.code:
        return f"{error.code}: {error.detail}"
    return None


def outcomes(folder: Path, count: int) -> Outcomes:
    """Every mutant through one Child."""
    child = Child(Limits(deadline_seconds=DEADLINE), models=folder)
    found = Outcomes()
    began = time.monotonic()
    for name, data in mutants(count):
        path = folder / name
        path.write_bytes(data)
        with capture_logs() as logs:
            try:
                child.run(Request(path, name, "doc_1", OPTIONS), lambda _: True)
            except KerfError as error:
                traces = [entry["trace"] for entry in logs if entry["event"] == "parser_bug"]
                found.take(name, data, error, traces[0] if traces else [])
            else:
                found.codes["ready"] += 1
    child.close()
    found.seconds = time.monotonic() - began
    return found


def check(found: Outcomes, count: int) -> None:
    print(f"\n{count} mutants in {found.seconds:.0f} s: {dict(found.codes)}, crashes {dict(found.crashes)}")
    assert found.codes.total() == count
    assert set(found.codes) <= CLOSED, found.crashes
    assert set(found.crashes) <= KNOWN, f"kept below {KEPT}: {found.crashes}"


def test_there_are_two_hundred_different_seeds() -> None:
    made = seeds()
    assert len(made) == len({data for _, data in made}) == COUNT
    assert [data for _, data in seeds()] == [data for _, data in made]


def test_damaged_documents_end_read_or_in_a_type_of_the_closed_list(tmp_path: Path) -> None:
    found = outcomes(tmp_path, FEW)
    check(found, FEW)
    assert len(found.codes) >= 3


@pytest.mark.parametrize(
    ("error", "trace", "expected"),
    [
        (
            KerfError(),
            ["ValueError", "a.py:1 f", "b.py:2 g"],
            "ValueError < b.py:2 g < a.py:1 f < ValueError",
        ),
        (WorkerCrashed("died of signal 11"), [], "worker_crashed: died of signal 11"),
    ],
)
def test_a_crash_has_a_signature_and_is_kept(
    error: KerfError, trace: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.hostile.test_mutants.KEPT", tmp_path / "kept")
    found = Outcomes()
    for _ in range(2):
        found.take("a.pdf", b"bytes", error, trace)
    assert found.crashes == {expected: 2}
    assert sorted(path.suffix for path in (tmp_path / "kept").iterdir()) == [".pdf", ".signature"]


def test_a_parser_that_did_not_start_says_nothing_about_the_document() -> None:
    assert signature(WorkerCrashed(f"{NOT_STARTED} 30 seconds."), []) is None


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_ten_thousand_damaged_documents_end_read_or_typed(tmp_path: Path) -> None:
    check(outcomes(tmp_path, MANY), MANY)
