"""Hyphens at line ends: was the word cut by the typesetter, or is it written with a hyphen?

The document itself is asked first: how does it write the word where no line ends in it?
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import pairwise

SOFT_HYPHEN = "\u00ad"
HYPHENS = ("-", "\u2010", "\u2011", SOFT_HYPHEN)
_ENDS = "-\u2010\u2011\u00ad"
_CONJUNCTIONS = frozenset(("and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e", "en"))
_HYPHENED = frozenset(("self", "non", "quasi", "cross", "half", "vice", "well"))
_CLOSED = frozenset(
    (
        "any",
        "down",
        "every",
        "fore",
        "further",
        "here",
        "out",
        "over",
        "some",
        "there",
        "under",
        "up",
        "where",
    )
)
_LINKS = frozenset(("a", "and", "as", "by", "de", "for", "in", "of", "on", "or", "the", "to"))
_LONG_FIRST, _LONG_SECOND = 3, 4
_SHORTEST_STEM = 4
_GROWN = 4


class Join(Enum):
    """What becomes of a row's last hyphen and of the line break after it."""

    NONE = auto()
    """No word goes on: both stay."""
    HARD = auto()
    """The hyphen belongs to the word; only the line break goes."""
    SOFT = auto()
    """The word was cut: both go."""


def ends_cut(word: str) -> bool:
    """Whether a word so written at the end of a row may go on in the next."""
    return word.endswith(HYPHENS) and word[:-1].rstrip(_ENDS)[-1:].isalnum() and not word.endswith("--")


class Vocabulary:
    """The words of a document as they are written inside its rows, and what they tell about cut ones.

    What stands before a hyphen at a row's end, and what follows it, is no word and not counted.
    """

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        cut = [(a[-1], b[0]) for a, b in pairwise(rows) if ends_cut(a[-1])]
        self._counts = Counter(core for core in map(_core, _inner(rows)) if core)
        self._sorted = sorted(self._counts)
        compounds = [word.split("-") for word in self._counts if "-" in word]
        self._firsts = {parts[0] for parts in compounds}
        self._lasts = {parts[-1] for parts in compounds}
        self._cuts_words = self._is_typeset(cut)

    def join(self, above: str, below: str) -> Join:
        """How the last word of a row and the first of the next belong together."""
        if not ends_cut(above) or not below[:1].isalnum():
            return Join.NONE
        if above.endswith(SOFT_HYPHEN):
            return Join.SOFT
        first, second = _core(above[:-1]), _core(below)
        if below in _CONJUNCTIONS and self._stands_alone(first) and not self._counts[first + second]:
            return Join.NONE
        if above[-2].isdigit() or below[0].isdigit():
            return Join.HARD
        return Join.HARD if self._is_compound(above[:-1], below, first, second) else Join.SOFT

    def _is_compound(self, above: str, below: str, first: str, second: str) -> bool:
        whole, hyphened = self._written(first, second)
        if whole or hyphened:
            return hyphened > whole
        if below[0].isupper() and not above.isupper():
            return True
        left, right = first.rsplit("-", maxsplit=1)[-1], second.split("-", maxsplit=1)[0]
        if right != second and right in _LINKS:
            return True  # out-of-court
        if self._counts[left + right] or self._is_grown(left, right):
            return False
        if not self._cuts_words or len(left) == 1 or (left in _HYPHENED and len(right) >= _LONG_SECOND):
            return True
        return self._are_words(left, right, inner=left != first or right != second)

    def _are_words(self, left: str, right: str, *, inner: bool) -> bool:
        """Whether the document has both as words; `inner`: one is part of a chain of hyphens."""
        if not self._counts[left] or not (self._counts[right] or inner):
            return False
        long = len(left) >= _LONG_FIRST and len(right) >= _LONG_SECOND and left not in _CLOSED
        return long or inner or (left in self._firsts and right in self._lasts)

    def _written(self, first: str, second: str) -> tuple[int, int]:
        """How often it is written as one word, and with a hyphen."""
        return self._counts[first + second], self._counts[f"{first}-{second}"]

    def _is_typeset(self, cut: Iterable[tuple[str, str]]) -> bool:
        """Whether words are cut at all: word processors seldom do it, and break at hyphens only."""
        written = [self._written(_core(above[:-1]), _core(below)) for above, below in cut]
        return any(whole for whole, _ in written) or not any(hyphened for _, hyphened in written)

    def _stands_alone(self, first: str) -> bool:
        return self._counts[first] > 0 or first in self._firsts or first.isdigit()

    def _is_grown(self, left: str, right: str) -> bool:
        """Whether the document has the word with another ending: `regulat-ing` beside `regulation`."""
        for taken in range(min(len(right), _GROWN), 0, -1):
            stem = left + right[:taken]
            if len(stem) < _SHORTEST_STEM + taken:
                continue
            place = bisect_left(self._sorted, stem)
            if place < len(self._sorted) and self._sorted[place].startswith(stem):
                return True
        return False


def _inner(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    after_cut = False
    for row in rows:
        start, after_cut = int(after_cut), ends_cut(row[-1])
        yield from row[start : len(row) - int(after_cut)]


def _core(word: str) -> str:
    """Small letters, without what surrounds the word; hyphens of all kinds made one."""
    folded = word.casefold().replace("\u2010", "-").replace("\u2011", "-").replace(SOFT_HYPHEN, "")
    start, end = 0, len(folded)
    while start < end and not folded[start].isalnum():
        start += 1
    while end > start and not folded[end - 1].isalnum():
        end -= 1
    return folded[start:end]
