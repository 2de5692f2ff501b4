"""Telling a deaf worker from one that has nothing to do."""

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet


class Silence:
    """Deaf is who does nothing for `patience` seconds while the same hint waits all that time, fresh.

    A hint is fresh while the relay sends it again: were Redis or the relay away, it would grow stale. Who
    has not done anything since the beginning may still be starting, and has `grace` seconds more.
    """

    def __init__(
        self,
        last_beat: Callable[[], float],
        *,
        patience: float,
        grace: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._last_beat = last_beat
        self._patience = patience
        self._grace = grace
        self._clock = clock
        self._made = self._since = clock()
        self._waiting: AbstractSet[str] = frozenset()

    def is_deaf(self, unanswered: AbstractSet[str]) -> bool:
        """To be asked regularly, with the jobs that are hinted at and wait now."""
        still = self._waiting & unanswered
        if not still or self._last_beat() >= self._since:
            self._since, self._waiting = self._clock(), unanswered
            return False
        self._waiting = still
        is_up = self._last_beat() >= self._made
        return self._clock() - self._since > self._patience + (0.0 if is_up else self._grace)
