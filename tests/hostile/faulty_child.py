"""A parser that does to order what a bad document might do to a real one (after Tika's mock parser).

`Child(..., program=FAULTY)` starts it; nothing in the product knows of it. A source that begins with the
media type below holds one order a line; any other source is read as ever.
"""

import ctypes
import os
import signal
import sys
import time
import zlib
from collections.abc import Callable

from models import artifact
from services.runner import child, work
from services.runner.values import Progress, Request, Result
from services.runner.work import Means, Plan

MARK = b"application/x-kerf-fault\n"
BLOAT = b"bloat "


def serve(request: Request, how: Plan | None, means: Means) -> Result:
    """The real work, unless the source is a list of orders."""
    source = means.files.read(request.source, limit=means.limits.max_bytes)
    if not source.startswith(MARK):
        return work.serve(request, how, means)
    if source.startswith(MARK + BLOAT):
        bloat(int(source[len(MARK + BLOAT) :]))
        return work.serve(request, how, means)
    for order in source[len(MARK) :].decode().splitlines():
        name, *arguments = order.split()
        ORDERS[name](means, *arguments)
    return Result((), {}, "application/x-kerf-fault", 0)


def bloat(size: int) -> None:
    """From now on stored forms are zeros, so many of them."""
    artifact.dump = lambda *_, **__: b"KERF\1" + zlib.compress(bytes(size))


def hang(_: Means) -> None:
    """Sleep for good."""
    while True:
        time.sleep(60)


def heavy_hang(_: Means) -> None:
    """Work for good."""
    while True:
        sum(range(100_000))


def oom(_: Means) -> None:
    """Take memory until there is none."""
    taken = []
    while True:
        taken.append(bytearray(1 << 24))


def segv(_: Means) -> None:
    """Touch what is not there."""
    ctypes.string_at(8)


def abort(_: Means) -> None:
    """End as C and Rust code do that can go no further."""
    os.abort()


def kill(_: Means) -> None:
    """End as if the system had ended it."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave(_: Means, status: str) -> None:
    """End without a word."""
    os._exit(int(status))


def throw(_: Means) -> None:
    """A bug, whose message quotes the document."""
    raise ValueError("a secret sentence of the document")


def recurse(means: Means) -> None:
    """Nest without end."""
    recurse(means)


def spam_stderr(_: Means, lines: str) -> None:
    """Print to both streams, behind Python's back too."""
    for _number in range(int(lines)):
        os.write(1, b"a secret sentence of the document\n" * 100)
        os.write(2, b"a secret sentence of the document\n" * 100)


def slow_progress(means: Means, pages: str, seconds: str) -> None:
    """One page after the other, each taking so long."""
    for page in range(int(pages)):
        means.emit(Progress("parsing", page, int(pages)))
        time.sleep(float(seconds))


def huge_output(means: Means) -> None:
    """Progress without end."""
    while True:
        means.emit(Progress("parsing", 1, 2))


def raw(means: Means, data: str) -> None:
    """Bytes of one's own choice on the pipe of answers, again and again; `data` is in hexadecimal."""
    emit = means.emit
    answers = emit.__self__  # type: ignore[attr-defined]  # a bound method of Answers
    os.write(answers._descriptor, bytes.fromhex(data))


ORDERS: dict[str, Callable[..., None]] = {
    order.__name__: order
    for order in (
        hang,
        heavy_hang,
        oom,
        segv,
        abort,
        kill,
        leave,
        throw,
        recurse,
        spam_stderr,
        slow_progress,
        huge_output,
        raw,
    )
}
FAULTY = (sys.executable, os.path.abspath(__file__))  # noqa: PTH100 - as a word of a command

if __name__ == "__main__":
    child.main(serve)
