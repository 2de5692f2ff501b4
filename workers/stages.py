"""How long each stage of an attempt takes, as the parser reports them; a span of its trace for each."""

import time
from collections.abc import Callable

from services.infra import tracing
from services.runner.values import Progress


class StageTimes:
    """Watches progress go by. Time counts for the stage that was last reported."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds: dict[str, float] = {}
        self._stage: str | None = None
        self._since = clock()
        self._began = tracing.now()

    def watching(self, tick: Callable[[Progress], bool]) -> Callable[[Progress], bool]:
        """`tick`, with each progress noted before."""

        def noted(progress: Progress) -> bool:
            self._note(progress.stage)
            return tick(progress)

        return noted

    def seconds(self) -> dict[str, float]:
        """The seconds of every stage seen so far, the present one up to now."""
        self._note(self._stage)
        self._close()
        return dict(self._seconds)

    def _note(self, stage: str | None) -> None:
        now = self._clock()
        if stage != self._stage:
            self._close()
        if self._stage is None:
            self._stage = stage  # what comes before the first report is part of the first stage
        if self._stage is not None:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
            self._since = now
        self._stage = stage

    def _close(self) -> None:
        if self._stage is not None:
            now = tracing.now()
            tracing.past(self._stage, self._began, now)
            self._began = now
