"""White space between words: where a sentence ends and the next one begins."""

import re
from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Longs
from services.inference.sat.pieces import Piece

_GAP = re.compile(r"\s+")
_LINE = re.compile(r"[\r\n]")


class Gap(NamedTuple):
    """White space from `start` up to `stop`; empty where a piece ends within a word."""

    start: int
    stop: int
    ends_line: bool


class Gaps:
    """The white space in a piece and after it."""

    def __init__(self, piece: Piece) -> None:
        matches = list(_GAP.finditer(piece.text))
        size = len(piece.text)
        after = size if piece.following < 0 else piece.following - piece.first
        self._piece = piece
        self._starts = np.array([*(match.start() for match in matches), size], np.int64)
        self._stops = np.array([*(match.end() for match in matches), after], np.int64)
        self._broken = np.array([*(bool(_LINE.search(match[0])) for match in matches), piece.broken])

    def ends(self, stops: Longs, own: Bools) -> tuple[Longs, Longs]:
        """Where sentences can end after subwords that stop there, and what follows; places in the text.

        The end is -1 for a subword with no stop of its own, one of white space alone, and the last one.
        """
        place = np.searchsorted(self._starts, stops)
        at_gap = self._starts[place] == stops
        is_blank = ~at_gap & (place > 0) & (self._stops[place - 1] >= stops)
        is_last = (stops == len(self._piece.text)) & (self._piece.following < 0)
        kept = own & ~is_blank & ~is_last
        following = np.where(at_gap, self._stops[place], stops)
        return np.where(kept, stops + self._piece.first, -1), following + self._piece.first

    def found(self) -> list[Gap]:
        """All of them, in the text."""
        first = self._piece.first
        starts, stops = (self._starts + first).tolist(), (self._stops + first).tolist()
        return [Gap(*gap) for gap in zip(starts, stops, self._broken.tolist(), strict=True)]
