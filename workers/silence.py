"""Telling a deaf worker from one that has nothing to do."""

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet


class Silence:
    """Deaf is who does nothing for `patience` seconds while the same hint waits all that time, fresh.

    A hint is fresh while the relay sends it again: were Redis or the relay away, it would grow stale.
    """

    def __init__(
        self,
        last_beat: Callable[[], float],
        *,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._last_beat = last_beat
        self._patience = patience
        self._clock = clock
        self._since = clock()
        self._waiting: AbstractSet[str] = frozenset()

    def is_deaf(self, unanswered: AbstractSet[str]) -> bool:
        """To be asked regularly, with the jobs that are hinted at and wait now."""
        still = self._waiting & unanswered
        if not still or self._last_beat() >= self._since:
            self._since, self._waiting = self._clock(), unanswered
            return False
        self._waiting = still
        return self._clock() - self._since > self._patience
