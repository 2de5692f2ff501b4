"""Words of a paginated document and their boxes, in flat arrays: about 26 bytes a word."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import le, lt
from typing import NamedTuple

from models.geometry import Box, bounds
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
        """Where the words that lie in the spans stand, page after page, nothing else with them.

        One box around a page's words, unless it would hold the middle of a word from outside the spans: then
        as few as it takes in reading order, as when text is selected by hand.
        """
        if not self.starts:
            return ()
        runs: dict[int, list[slice]] = {}
        for span in spans:
            for page, run in self.runs(self.within(span)):
                runs.setdefault(page, []).append(run)
        return tuple(
            PageBox(page, box.rounded()) for page in sorted(runs) for box in self._regions(page, runs[page])
        )

    def _regions(self, page: int, runs: Sequence[slice]) -> list[Box]:
        whole = bounds([self._around(run) for run in runs])
        strangers = self._strangers(page, runs, whole)
        if not strangers:
            return [whole]
        found: list[Box] = []
        for i in (i for run in runs for i in range(run.start, run.stop)):
            box = self.box(i)
            joined = bounds([found[-1], box]) if found else box
            if not found or any(joined.holds(x, y) and not found[-1].holds(x, y) for x, y in strangers):
                found.append(box)
            else:
                found[-1] = joined
        return found

    def _strangers(self, page: int, runs: Sequence[slice], inside: Box) -> list[tuple[float, float]]:
        """The middles of the page's other words that lie in the box."""
        own = {i for run in runs for i in range(run.start, run.stop)}
        x0, y0, x1, y1 = self.edges
        first, last = bisect_left(self.pages, page), bisect_right(self.pages, page)
        middles = (((x0[i] + x1[i]) / 2, (y0[i] + y1[i]) / 2) for i in range(first, last) if i not in own)
        return [middle for middle in middles if inside.holds(*middle)]

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
