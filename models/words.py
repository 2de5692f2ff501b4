"""Words of a paginated document and their boxes, in flat arrays: about 26 bytes a word."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import le, lt
from typing import NamedTuple

from models.geometry import Box
from models.span import Span


class Word(NamedTuple):
    """One word as a reader meets it."""

    span: Span
    page: int
    box: Box


class PageBox(NamedTuple):
    """The rectangle that something takes on one page (numbered from 1)."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Words:
    """Spans, pages (from 1) and boxes (points) of n words, sorted by span; six arrays of length n."""

    starts: "array[int]" = field(default_factory=lambda: array("i"))
    ends: "array[int]" = field(default_factory=lambda: array("i"))
    pages: "array[int]" = field(default_factory=lambda: array("H"))
    edges: tuple["array[float]", "array[float]", "array[float]", "array[float]"] = field(
        default_factory=lambda: (array("f"), array("f"), array("f"), array("f"))
    )

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Word]:
        for i in range(len(self)):
            yield Word(Span(self.starts[i], self.ends[i]), self.pages[i], self.box(i))

    def box(self, i: int) -> Box:
        """Box of the i-th word."""
        x0, y0, x1, y1 = self.edges
        return Box(x0[i], y0[i], x1[i], y1[i])

    def within(self, span: Span) -> range:
        """Numbers of the words that share a code point with `span`."""
        return range(bisect_right(self.ends, span.start), bisect_left(self.starts, span.end))

    def boxes(self, spans: Sequence[Span]) -> tuple[PageBox, ...]:
        """For each page, in order, the box around the words that lie in the spans."""
        found: dict[int, Box] = {}
        for span in spans:
            for page, run in self.runs(self.within(span)):
                box = self._around(run)
                found[page] = _join(found[page], box) if page in found else box
        return tuple(PageBox(page, found[page].rounded()) for page in sorted(found))

    @property
    def is_ordered(self) -> bool:
        """Whether the words are non-empty, sorted and disjoint."""
        return all(map(lt, self.starts, self.ends)) and all(map(le, self.ends, self.starts[1:]))

    def runs(self, words: range) -> Iterator[tuple[int, slice]]:
        """Maximal runs of words on one page, with the number of that page."""
        start = words.start
        while start < words.stop:
            page = self.pages[start]
            stop = start + 1
            while stop < words.stop and self.pages[stop] == page:
                stop += 1
            yield page, slice(start, stop)
            start = stop

    def _around(self, run: slice) -> Box:
        x0, y0, x1, y1 = self.edges
        return Box(min(x0[run]), min(y0[run]), max(x1[run]), max(y1[run]))


def pack_words(words: Iterable[Word]) -> Words:
    """The words, sorted by span, as arrays."""
    packed = Words()
    for word in words:
        pack_word(packed, *word)
    return packed


def pack_word(packed: Words, span: Span, page: int, box: Box) -> None:
    """One more word, which comes after all that are there."""
    packed.starts.append(span.start)
    packed.ends.append(span.end)
    packed.pages.append(page)
    for edge, value in zip(packed.edges, box, strict=True):
        edge.append(value)


def _join(a: Box, b: Box) -> Box:
    return Box(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
