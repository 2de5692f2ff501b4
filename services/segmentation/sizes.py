"""Tokens of any stretch of a text, from sums over its small pieces: no piece is counted twice."""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from services.segmentation.tools import Tokenizer

PIECE = re.compile(r"[^\n]{0,160}\n|[^\n]{1,160}(?<=\s)|[^\n]{1,160}")
"""Lines; of longer ones at most 160 code points, to the end of a word where there is one."""


class Sizes:
    """Sums of tokens. They are exact, or too high by a few, where tokens do not cross line ends."""

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        self._text = text
        self._count = tokenizer.count
        self._by_length = tokenizer.by_length
        self._at_most_length = tokenizer.by_length or text.isascii()
        pieces = [] if tokenizer.by_length else PIECE.findall(text)
        self._ends = list(accumulate(map(len, pieces), initial=0))
        self._sums = list(accumulate(tokenizer.count(pieces), initial=0))
        self.points_per_token = max(1.0, self._ends[-1] / max(1, self._sums[-1]))
        """Code points of a token on average, at least 1."""

    def surely_fits(self, start: int, end: int, room: int) -> bool:
        """Whether nothing has to be counted: no token is shorter than an ASCII letter."""
        return self._at_most_length and end - start <= room

    def fits(self, start: int, end: int, room: int) -> bool:
        """Whether the text from start to end has at most `room` tokens."""
        if self._by_length:
            return end - start <= room
        first, last = bisect_left(self._ends, start), bisect_right(self._ends, end) - 1
        if first > last:
            return self._within(start, end) <= room
        inner = self._sums[last] - self._sums[first]
        if inner > room or (start == self._ends[first] and end == self._ends[last]):
            return inner <= room
        head, tail = self._within(start, self._ends[first]), self._within(self._ends[last], end)
        return inner + head + tail <= room

    def _within(self, start: int, end: int) -> int:
        return self._count([self._text[start:end]])[0] if start < end else 0
