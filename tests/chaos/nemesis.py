"""Whoever strikes again and again while the others work."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Strike:
    """What is done about every `seconds`, and how often it was."""

    name: str
    seconds: float
    act: Callable[[], None]
    count: int = 0


class Nemesis:
    """One thread for each kind of strike. An error of a strike is kept, and raised when the storm is over."""

    def __init__(self, strikes: Sequence[Strike], seed: int) -> None:
        self.strikes = strikes
        self._calm = threading.Event()
        self._errors: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._run, args=(strike, random.Random(f"{seed} {strike.name}")))
            for strike in strikes
        ]

    def begin(self) -> None:
        """The storm begins."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """The last strike is over when this returns."""
        self._calm.set()
        for thread in self._threads:
            thread.join()

    def report(self) -> str:
        """How often each struck; raises what went wrong with a strike itself."""
        for error in self._errors:
            raise error
        return ", ".join(f"{strike.name} ×{strike.count}" for strike in self.strikes)

    def _run(self, strike: Strike, chance: random.Random) -> None:
        while not self._calm.wait(strike.seconds * chance.uniform(0.9, 1.1)):
            try:
                strike.act()
            except Exception as error:  # noqa: BLE001 - kept for the end
                self._errors.append(error)
                return
            strike.count += 1


@contextmanager
def storm(*strikes: Strike, seed: int) -> Iterator[Nemesis]:
    """Strikes until the end of the block."""
    nemesis = Nemesis(strikes, seed)
    nemesis.begin()
    try:
        yield nemesis
    finally:
        nemesis.end()


def wait_until(is_so: Callable[[], bool], *, seconds: float, pause: float = 0.2) -> bool:
    """Whether it came to be so within the hard stop."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
