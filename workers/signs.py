"""Signs of life of loops: one that hangs, or fails each time, gives none though its process is well."""

import time
from collections.abc import Callable, Iterable


class Signs:
    """When each of the named loops last ended a round, or when all began."""

    def __init__(self, loops: Iterable[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended = dict.fromkeys(loops, clock())

    def note(self, loop: str) -> None:
        """The loop has ended a round; nothing of a loop that is not named."""
        if loop in self._ended:
            self._ended[loop] = self._clock()

    def ages(self) -> dict[str, float]:
        """Seconds since then."""
        now = self._clock()
        return {loop: round(now - ended, 3) for loop, ended in self._ended.items()}
