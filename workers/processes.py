"""The processes below a worker, on Linux: who dies with whom, and who looks after orphans."""

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PATIENCE_SECONDS = 5.0


def adopt_orphans() -> None:
    """Whoever loses its parent below this process becomes its child, instead of init's."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Be told to stop when the parent is gone, even killed. To be called right after the fork."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def status_of(pid: int) -> int | None:
    """How a child ended, None while it runs; adopted orphans that ended are buried by the way."""
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended in (0, pid):
            return os.waitstatus_to_exitcode(status) if ended else None


def end_children() -> None:
    """Kills every child, and the orphans that become children by it, and buries them."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := _children()) and time.monotonic() < until:
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def memory_of(pid: int) -> int:
    """Bytes of a process and all below it, what they share counted once; 0 where /proc does not tell."""
    return _held(pid) + sum(memory_of(child) for child in _children(pid))


def _held(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _children(pid: int | str = "self") -> list[int]:
    """A process's children, where /proc tells them."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found.extend(map(int, task.read_text(encoding="ascii").split()))
    return found


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)
