"""A warmed process with one thread that reads no document itself: it forks a process for each."""

import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from models.error_forms import told
from models.errors import KerfError
from models.limits import MEGABYTE, Limits
from models.options import ParsingOptions
from services.runner import forked
from services.runner.files import opened
from services.runner.forked import Errand, Serve
from services.runner.frames import read_frame, write_frame
from services.runner.values import Request
from services.runner.warming import Warmth
from services.runner.work import plan

LOOK_ROUND_MS = 1000
"""How often it is looked whether the parent is still there, besides its end of the pipe."""


class Zygote:
    """Requests on stdin; `ready`, `forked`, `refused`, `ended` on `reports`; documents answer on `answers`.

    Only this process writes reports: a document's process does not hold that pipe.
    """

    def __init__(self, limits: Limits, warmth: Warmth, reports: BinaryIO, answers: int) -> None:
        self._limits = limits
        self._warmth = warmth
        self._reports = reports
        self._answers = answers
        self._parent = os.getppid()
        self._woken = _wake_at_child_end()

    def run(self, serve: Serve) -> None:
        """Serve requests until stdin ends or the parent does."""
        self._report({"ready": True})
        while True:
            self._wait_for(lambda ready: sys.stdin.fileno() in ready)
            raw = read_frame(sys.stdin.buffer)
            if raw is None:
                return
            self._one(Request.from_json(raw), serve)

    def _one(self, request: Request, serve: Serve) -> None:
        limits = self._limits.lowered(request.lowered)
        how = None
        try:
            how = plan(request, self._warmth.toolkit)
            if how:
                self._warmth.cut_by(how.options.name, getattr(how.options, "mode", None))
            sight = self._warmth.toolkit.sight(ParsingOptions(**request.parsing), seeing=request.seeing)
            with opened(request) as files:
                child = self._fork(Errand(request, how, files, limits, sight), serve)
        except KerfError as error:
            self._report({"refused": told(error)})
            return
        finally:
            for descriptor in how.tools.descriptors if how else ():
                os.close(descriptor)
        self._report({"forked": child})
        self._report({"ended": self._end_of(child)})

    def _fork(self, errand: Errand, serve: Serve) -> int:
        own = os.getpid()
        child = os.fork()
        if child == 0:
            forked.live(errand, serve, self._answers, own)
        return child

    def _end_of(self, child: int) -> dict[str, int]:
        """How the process ended; should the parent go away meanwhile, it is killed."""
        while True:
            found, status, usage = os.wait4(child, os.WNOHANG)
            if found:
                peak = usage.ru_maxrss // (MEGABYTE if sys.platform == "darwin" else 1024)
                return {"status": os.waitstatus_to_exitcode(status), "peak_mb": peak, "own_mb": _rss_mb()}
            self._wait_for(bool, child)

    def _wait_for(self, wanted: Callable[[set[int]], bool], child: int | None = None) -> None:
        """Sleep until something wanted can be read. With a child at work, stdin means the parent left."""
        while True:
            ready = set(select.select([sys.stdin.fileno(), self._woken], [], [], LOOK_ROUND_MS / 1000)[0])
            if self._woken in ready:
                os.read(self._woken, 4096)
            if os.getppid() != self._parent or (child is not None and sys.stdin.fileno() in ready):
                _leave(child)
            if wanted(ready):
                return

    def _report(self, message: dict[str, Any]) -> None:
        write_frame(self._reports, message)


def _wake_at_child_end() -> int:
    """A descriptor that can be read when a child has ended."""
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return woken


def _leave(child: int | None) -> NoReturn:
    if child is not None:
        os.kill(child, signal.SIGKILL)
    os._exit(1)


def _rss_mb() -> int:
    try:
        resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
