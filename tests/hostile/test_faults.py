"""P10: every way in which a parser may fail ends in a typed error, and the next document is read as ever."""

import json
import os
import signal
import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.errors import (
    Cancelled,
    DeadlineExceeded,
    KerfError,
    MemoryLimit,
    NestingLimit,
    WorkerCrashed,
)
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Progress, Request
from tests.hostile.conftest import MakeChild
from tests.hostile.faulty_child import FAULTY, MARK

TEXT = "One two three. " * 40
OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 16}
SECRET = "a secret sentence"
SOON = {"deadline_seconds": 1}
"""For what never ends; anything else may take as long as a busy machine needs."""


def go_on(_: Progress) -> bool:
    return True


def fault(folder: Path, *orders: str) -> Request:
    path = folder / "fault"
    path.write_bytes(MARK + "\n".join(orders).encode())
    return Request(path, "fault", "doc_1", None)


def chunks(child: Child, folder: Path) -> str:
    """What an innocent document gives."""
    path = folder / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    result = child.run(Request(path, "a.txt", "doc_1", OPTIONS), go_on)
    return json.dumps([result.chunks, result.manifest], sort_keys=True)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """One for all tests: that it goes on after each of them is the point."""
    found = Child(Limits(memory_mb=512), models=Path("no-models"), program=FAULTY)
    yield found
    found.close()


def pid_of(child: Child) -> int:
    """Of its zygote."""
    return child._warmed[False].pid


def is_gone(group: int) -> bool:
    """Whether nothing of a process group is left; a busy machine may take long to clear it away."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("order", "error", "zygote_survives"),
    [
        ("oom", MemoryLimit, True),
        ("segv", WorkerCrashed, True),
        ("abort", WorkerCrashed, True),
        ("kill", WorkerCrashed, True),
        ("leave 0", WorkerCrashed, True),
        ("leave 3", WorkerCrashed, True),
        ("throw", KerfError, True),
        ("recurse", NestingLimit, True),
        ("huge_output", DeadlineExceeded, False),
    ],
)
def test_a_fault_is_told_by_its_type_and_the_next_document_is_read(
    child: Child, tmp_path: Path, order: str, error: type[KerfError], *, zygote_survives: bool
) -> None:
    before = chunks(child, tmp_path)
    zygote = pid_of(child)
    given = fault(tmp_path, order)
    if error is DeadlineExceeded:
        given = replace(given, lowered=SOON)
    with pytest.raises(error) as told:
        child.run(given, go_on)
    assert type(told.value) is error
    assert SECRET not in told.value.detail
    assert chunks(child, tmp_path) == before
    assert (pid_of(child) == zygote) == zygote_survives


@pytest.mark.parametrize("order", ["hang", "heavy_hang"])
def test_a_hang_ends_at_the_deadline_and_nothing_of_it_is_left(
    make_child: MakeChild, tmp_path: Path, order: str
) -> None:
    child = make_child(FAULTY)
    before = chunks(child, tmp_path)
    group = pid_of(child)
    with pytest.raises(DeadlineExceeded, match="more than 1 seconds"):
        child.run(replace(fault(tmp_path, order), lowered=SOON), go_on)
    assert is_gone(group)
    assert chunks(child, tmp_path) == before


def test_a_hang_that_is_cancelled_is_killed_at_once(child: Child, tmp_path: Path) -> None:
    chunks(child, tmp_path)
    answers = iter([True, True, False])  # and no more: who was told to stop asks nobody again
    group = pid_of(child)
    with pytest.raises(Cancelled):
        child.run(fault(tmp_path, "hang"), lambda _: next(answers))
    assert not child._warmed
    assert is_gone(group)


def test_slow_progress_is_heard_as_it_comes(child: Child, tmp_path: Path) -> None:
    heard: list[int] = []

    def listen(progress: Progress) -> bool:
        heard.append(progress.pages_done)
        return True

    child.run(fault(tmp_path, "slow_progress 4 0.2"), listen)
    assert {0, 1, 2, 3} <= set(heard)


def test_what_a_parser_prints_reaches_no_log(
    child: Child, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    child.run(fault(tmp_path, "spam_stderr 100"), go_on)
    with pytest.raises(KerfError):
        child.run(fault(tmp_path, "throw"), go_on)
    printed = "".join(capfd.readouterr())
    assert SECRET not in printed
    assert "ValueError" in printed  # where it happened is said all the same


def test_a_parser_dies_with_its_zygote_and_the_zygote_with_its_parent(child: Child, tmp_path: Path) -> None:
    chunks(child, tmp_path)
    zygote = pid_of(child)

    def kill_the_zygote(_: Progress) -> bool:
        os.kill(zygote, signal.SIGKILL)
        return True

    with pytest.raises(WorkerCrashed):
        child.run(fault(tmp_path, "hang"), kill_the_zygote)
    assert is_gone(zygote)


def message(body: Any) -> str:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (struct.pack(">I", len(data)) + data).hex()


RESULT = {
    "manifest": {},
    "media_type": "text/plain",
    "page_count": 0,
    "counted_only": False,
    "needs_eyes": False,
}


@pytest.mark.parametrize("data", [struct.pack(">I", 2**31).hex(), message({"chunks": [{"id": "chk_1"}]})])
def test_an_answer_that_is_none_is_a_crash(child: Child, tmp_path: Path, data: str) -> None:
    with pytest.raises(WorkerCrashed):
        child.run(fault(tmp_path, f"raw {data}", "hang"), go_on)


def test_an_answer_before_a_crash_does_not_count(child: Child, tmp_path: Path) -> None:
    with pytest.raises(WorkerCrashed):
        child.run(fault(tmp_path, f"raw {message({'result': RESULT})}", "segv"), go_on)
    assert chunks(child, tmp_path)
