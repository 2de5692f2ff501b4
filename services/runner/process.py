"""The parent's side: documents are segmented one at a time, each in a process of its own."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from models.error_forms import retold
from models.errors import Cancelled, DeadlineExceeded, KerfError, Unavailable, WorkerCrashed
from models.limits import Limits
from services.inference.providers import HERE, Computing
from services.runner.ends import End, cause
from services.runner.incoming import Incoming
from services.runner.values import Progress, Request, Result
from services.runner.warmed import Message, Warmed
from services.runner.written import check_members, check_written

PROGRAM = (sys.executable, "-m", "services.runner.child")
START_SECONDS = 60.0
"""For what comes before a document's own deadline begins: opening files, loading a tokenizer or models."""

WARM_SECONDS = 600.0
"""A zygote that has not warmed up by then never will, however busy the machine is."""

QUIET_SECONDS = 0.05
"""Progress within one stage is passed on no more often than this."""

OnTick = Callable[[Progress], bool]
"""Called in the caller's thread several times a second; False stops the work."""


class NotWarm(Unavailable):
    """No parser could be made ready; the document is not to blame, and nothing of it was read."""


class Child:
    """A zygote, started on first use and replaced after `documents` documents or above half the memory limit.

    Not for several threads at once: give each its own. `program` is for tests, which bring hostile parsers.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        models: Path,
        anywhere: bool = False,
        computing: Computing = HERE,
        documents: int = 200,
        program: Sequence[str] | None = None,
    ) -> None:
        self._limits = limits
        self._settings = {
            "limits": asdict(limits),
            "models": str(models),
            "anywhere": anywhere,
            "providers": computing.providers,
            "inference": computing.inference and str(computing.inference),
        }
        self._documents = documents
        self._program = program or PROGRAM
        self._warmed: dict[bool, Warmed] = {}
        self.last_peak_mb = 0
        """The most memory the last document's process held; 0 if it was killed from here."""

    def run(self, request: Request, on_tick: OnTick) -> Result:
        """Segment one document; any KerfError. What still works on it when this returns is killed.

        NotWarm when there is no parser for it; one that still warms up goes on doing so.
        A document with pages that must be read from their pictures goes to a second zygote, which has loaded
        the models for that; it is started for the first of them.
        """
        found = self._run(request, on_tick)
        if not found.needs_eyes or found.counted_only:
            return found
        return self._run(replace(request, seeing=True), on_tick)

    def _run(self, request: Request, on_tick: OnTick) -> Result:
        if not self._is_warm(seeing=request.seeing, goes_on=_beating(on_tick)):
            raise NotWarm
        warmed = self._warmed[request.seeing]
        attempt = Attempt(request, self._limits.lowered(request.lowered), on_tick)
        try:
            attempt.follow(warmed)
        finally:
            self.last_peak_mb = attempt.end.peak_mb if attempt.end else 0
            if not attempt.is_over or self._is_worn(warmed, attempt):
                self._end(seeing=request.seeing)
        result = attempt.result()
        if request.artifact_out is not None and not (result.counted_only or result.needs_eyes):
            limits = self._limits.lowered(request.lowered)
            if result.members:
                check_members(request.artifact_out, result.members)
            else:
                check_written(request.artifact_out, limits, is_part=request.pages is not None)
        return result

    def warm(self, goes_on: Callable[[], bool]) -> bool:
        """Have a zygote ready, as long as `goes_on` says so; whether it is.

        Nothing may be claimed before: what it takes to start one is then no part of an attempt.
        """
        return self._is_warm(seeing=False, goes_on=goes_on)

    def close(self) -> None:
        """Kill the zygotes and their processes, if there are any; the next run starts others."""
        for seeing in list(self._warmed):
            self._end(seeing=seeing)

    def _end(self, *, seeing: bool) -> None:
        warmed = self._warmed.pop(seeing, None)
        if warmed is not None:
            warmed.kill()

    def _is_warm(self, *, seeing: bool, goes_on: Callable[[], bool]) -> bool:
        """Whether the zygote has warmed up; the next call waits on for one that has not, if there is hope."""
        try:
            warmed = self._started(seeing=seeing)
            until = warmed.began + WARM_SECONDS
            is_ready = warmed.wait(lambda: time.monotonic() < until and goes_on())
        except (OSError, WorkerCrashed):  # the system has no process to give, or it sent what is no message
            self._end(seeing=seeing)
            return False
        if not is_ready and (not warmed.is_alive() or time.monotonic() >= until):
            self._end(seeing=seeing)
        return is_ready

    def _started(self, *, seeing: bool) -> Warmed:
        warmed = self._warmed.get(seeing)
        if warmed is None or not warmed.is_alive():
            self._end(seeing=seeing)
            warmed = self._warmed[seeing] = Warmed(self._program, self._settings)
        return warmed

    def _is_worn(self, warmed: Warmed, attempt: "Attempt") -> bool:
        warmed.served += 1
        large = attempt.end is not None and attempt.end.own_mb > self._limits.memory_mb // 2
        return large or warmed.served >= self._documents


class Attempt:
    """One request on its way through a zygote. `is_over`: the zygote said so, and waits for the next one."""

    def __init__(self, request: Request, limits: Limits, on_tick: OnTick) -> None:
        self.end: End | None = None
        self.is_over = False
        self._request = request
        self._limits = limits
        self._on_tick = on_tick
        self._incoming = Incoming(request, limits)
        self._refused: KerfError | None = None
        self._progress = Progress("parsing")
        self._ticked = 0.0
        self._deadline = time.monotonic() + START_SECONDS
        self._is_forked = False

    def follow(self, warmed: Warmed) -> None:
        """Until the zygote reports the end; before it Cancelled, DeadlineExceeded, WorkerCrashed, NotWarm."""
        warmed.send(self._request)
        for message in warmed.messages():
            before = self._progress.stage
            if message is not None:
                self._take(message)
            if self.is_over:
                self._on_tick(self._progress)  # how far it came, also when it came to a sudden end
                return
            self._keep_time()
            self._tick(is_due=message is None or self._progress.stage != before)
        raise WorkerCrashed("The process that starts parsers died.")

    def result(self) -> Result:
        """The answer; the error that was told, or the one that the end of the process stands for."""
        if self._refused is not None:
            raise self._refused
        found = self._incoming.finish()
        if self.end is None:
            raise WorkerCrashed
        if found is None or self.end.status != 0:
            raise cause(self.end, self._limits)
        return found

    def _take(self, message: Message) -> None:
        if not message.is_report:
            self._progress = self._incoming.take(message.body) or self._progress
        else:
            self._hear(message.body)

    def _hear(self, report: Mapping[str, Any]) -> None:
        """What the zygote says; it has read no document, so it is believed."""
        match report:
            case {"forked": _}:
                self._is_forked = True
                self._deadline = time.monotonic() + self._limits.deadline_seconds
            case {"ended": end}:
                self.end, self.is_over = End(**end), True
            case {"refused": error}:
                self._refused, self.is_over = retold(error), True

    def _keep_time(self) -> None:
        if time.monotonic() <= self._deadline:
            return
        if self._is_forked:
            raise DeadlineExceeded(f"Reading took more than {self._limits.deadline_seconds:g} seconds.")
        raise NotWarm(f"No parser was ready within {START_SECONDS:g} seconds.")

    def _tick(self, *, is_due: bool) -> None:
        now = time.monotonic()
        if not is_due and now - self._ticked < QUIET_SECONDS:
            return
        self._ticked = now
        if not self._on_tick(self._progress):
            raise Cancelled


def _beating(on_tick: OnTick) -> Callable[[], bool]:
    """Asks whether to wait on for a parser, START_SECONDS at most; Cancelled when told to stop."""
    until = time.monotonic() + START_SECONDS

    def goes_on() -> bool:
        if not on_tick(Progress("parsing")):
            raise Cancelled
        return time.monotonic() < until

    return goes_on
