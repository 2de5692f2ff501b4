"""The hold of one attempt on its job: renewed while the parser reports progress, given up otherwise."""

import math
import time
from collections.abc import Callable
from enum import Enum, auto

import structlog

from services.jobs.claims import Held
from services.runner.values import Progress

LOG = structlog.get_logger(__name__)

LONGEST_PAUSE = 1.0
"""Seconds between beats at most: a cancel is heard within this time, whatever the lease."""


class End(Enum):
    """Why an attempt is stopped from outside."""

    LOST = auto()
    CANCELLING = auto()
    STALLED = auto()
    STOPPING = auto()


class Lease:
    """Decides at every tick of the parser whether the attempt goes on; `end` says why it did not.

    A database that does not answer costs nothing until the lease has run out by our own clock.
    """

    def __init__(
        self,
        beat: Callable[[Progress], Held],
        *,
        seconds: float,
        stall_seconds: float,
        is_stopping: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.end: End | None = None
        self._beat = beat
        self._seconds = seconds
        self._pause = min(seconds / 3, LONGEST_PAUSE)
        self._stall_seconds = stall_seconds
        self._is_stopping = is_stopping
        self._clock = clock
        self._tried = self._renewed = self._moved = clock()
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the parser was when it was last heard of."""
        return self._progress

    def tick(self, progress: Progress) -> bool:
        """Whether to go on; renews the lease when a third of it, or a second, has passed."""
        now = self._clock()
        if progress != self._progress:
            self._progress, self._moved = progress, now
        if self._is_stopping():
            self.end = End.STOPPING
        elif now - self._moved > self._stall_seconds:
            self.end = End.STALLED
        elif now - self._tried >= self._pause:
            self._tried = now
            self._renew(progress, now)
        return self.end is None

    def confirm(self, progress: Progress) -> bool:
        """Whether to go on, asked of the database now: before what is done is stored."""
        self._tried = -math.inf
        return self.tick(progress)

    def _renew(self, progress: Progress, now: float) -> None:
        try:
            held = self._beat(progress)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next beat may do better
            LOG.warning("beat_failed", error=type(error).__name__)
            if now - self._renewed > self._seconds:
                self.end = End.LOST
            return
        if held is Held.HELD:
            self._renewed = now
        else:
            self.end = End.CANCELLING if held is Held.CANCELLING else End.LOST
