"""Half-open ranges of code points, the only way Kerf points into a text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    """Code points `start <= i < end` of one text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The piece of `text` this span points at."""
        return text[self.start : self.end]

    def shift(self, offset: int) -> "Span":
        """The same span in a text that has `offset` more code points in front."""
        return Span(self.start + offset, self.end + offset)

    def contains(self, other: "Span") -> bool:
        """Whether every code point of `other` is in this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def trimmed(self, text: str) -> "Span":
        """Without the white space at its ends; empty (at its start) when all of it is blank."""
        piece = self.of(text)
        stripped = piece.strip()
        if not stripped:
            return Span(self.start, self.start)
        start = self.start + len(piece) - len(piece.lstrip())
        return Span(start, start + len(stripped))


def is_blank(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is empty or white space only."""
    piece = text[start:end]
    return not piece or piece.isspace()


def is_ordered(spans: Sequence[Span]) -> bool:
    """Whether the spans are non-empty, sorted and disjoint."""
    return all(s.start < s.end for s in spans) and all(a.end <= b.start for a, b in pairwise(spans))


def union(spans: Iterable[Span]) -> Iterator[Span]:
    """The same code points as the fewest sorted, disjoint spans."""
    current: Span | None = None
    for span in sorted(spans):
        if current is None or span.start > current.end:
            if current is not None:
                yield current
            current = span
        elif span.end > current.end:
            current = Span(current.start, span.end)
    if current is not None:
        yield current


def gaps(spans: Iterable[Span], end: int) -> Iterator[Span]:
    """The non-empty ranges of `0..end` that no span covers."""
    position = 0
    for span in union(spans):
        if span.start > position:
            yield Span(position, span.start)
        position = max(position, span.end)
    if position < end:
        yield Span(position, end)
