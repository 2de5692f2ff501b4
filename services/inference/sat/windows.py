"""Means of logits over windows that slide along a text."""

from collections.abc import Sequence

import numpy as np

from services.inference.boundaries.arrays import Floats, Longs
from services.inference.sat.options import Windows
from services.inference.sat.subwords import NONE, Tokens


class Sliding:
    """Subwords of a growing text, as long as windows may come that show them.

    The windows are those of the whole text, however it grows.
    """

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._tokens = NONE
        self._sums = self._weights = np.zeros(0, np.float32)
        self._next = 0
        self._shown: list[int] = []

    def extend(self, tokens: Tokens) -> None:
        """More of the text."""
        self._tokens = Tokens.joined([self._tokens, tokens])
        more = np.zeros(tokens.ids.size, np.float32)
        self._sums, self._weights = (np.concatenate((old, more)) for old in (self._sums, self._weights))

    def due(self, *, is_all: bool) -> list[Longs]:
        """Ids of the windows that can be shown now; with `is_all` no more text will come."""
        size, left = self._windows.size, self._tokens.ids.size - self._windows.size
        self._shown = list(range(self._next, left, self._windows.stride))
        if self._shown:
            self._next = self._shown[-1] + self._windows.stride
        if is_all and self._tokens.ids.size:
            self._shown.append(max(left, 0))
        return [self._tokens.ids[first : first + size] for first in self._shown]

    def add(self, logits: Sequence[Floats]) -> None:
        """What the network said of the windows that were due."""
        for first, found in zip(self._shown, logits, strict=True):
            weights = self._windows.weights(found.size)
            self._sums[first : first + found.size] += weights * found
            self._weights[first : first + found.size] += weights

    def take(self, *, is_all: bool) -> tuple[Tokens, Floats]:
        """The subwords that no later window shows, and the means of their logits."""
        done = self._tokens.ids.size if is_all else self._shown[-1] if self._shown else 0
        taken, means = self._tokens.part(0, done), self._sums[:done] / self._weights[:done]
        self._tokens = self._tokens.part(done)
        self._sums, self._weights = self._sums[done:], self._weights[done:]
        self._next -= done
        return taken, means
