"""Listings of code are no tables, though their lines and numbers stand side by side."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from models.document import Drop, DropReason
from services.extraction.frames import flat
from services.extraction.raw import RawLine, RawPage, Row

_MOST_SPACES = 80
_COUNTED, _LONGEST_NUMBER = 3, 5


class Pitch(NamedTuple):
    """Where the lines of a listing begin, and how wide each of its characters is, in points."""

    left: float
    width: float

    def spaces(self, row: Row) -> list[int]:
        """How many spaces stand before each word of the row."""
        boxes = [flat(word.box, line.turn) for line in row for word in line.words]
        return [
            self._count(boxes[0].x0 - self.left, 0),
            *(self._count(b.x0 - a.x1, 1) for a, b in pairwise(boxes)),
        ]

    def _count(self, gap: float, least: int) -> int:
        return max(least, min(round(gap / self.width), _MOST_SPACES)) if self.width > 0 else least


def pitch_of(lines: Sequence[RawLine]) -> Pitch:
    """The pitch of the lines of a listing."""
    width = sum(flat(word.box, line.turn).width for line in lines for word in line.words)
    letters = sum(len(word.text) for line in lines for word in line.words)
    return Pitch(min(flat(line.box, line.turn).x0 for line in lines), width / letters)


def has_listings(pages: Iterable[RawPage]) -> bool:
    """Whether some of the text is of one pitch, and most of it is not."""
    lines = (line for page in pages for line in page.lines)
    letters = [(line.style.fixed, sum(len(word.text) for word in line.words)) for line in lines]
    fixed = sum(count for is_fixed, count in letters if is_fixed)
    return 0 < 2 * fixed <= sum(count for _, count in letters)


class Listed(NamedTuple):
    """A page without its lines of code, these, and the numbers that stood before them, declared."""

    page: RawPage
    listings: tuple[RawLine, ...] = ()
    drops: tuple[Drop, ...] = ()


def without_listings(page: RawPage) -> Listed:
    """Rows that are all of one pitch are code; numbers that count them are dropped, others belong to them."""
    others = _middles(line for line in page.lines if not (line.style.fixed or _is_number(line)))
    code = [line for line in page.lines if line.style.fixed and not _beside(line, others)]
    rows = _middles(code)
    numbers = [line for line in page.lines if _is_number(line) and _beside(line, rows)]
    counted = _counting(numbers, code)
    gone = {id(line) for line in counted}
    taken = {id(line) for line in (*code, *numbers)}
    if not taken:
        return Listed(page)
    kept = tuple(line for line in page.lines if id(line) not in taken)
    listed = tuple(line for line in page.lines if id(line) in taken - gone)
    drops = (Drop(DropReason.LINE_NUMBER, line.text, page.number, line.box) for line in counted)
    return Listed(replace(page, lines=kept), listed, tuple(drops))


def _counting(numbers: Sequence[RawLine], code: Sequence[RawLine]) -> list[RawLine]:
    """Those that stand before all code, in another face or three and more of them, and count by one."""
    edges = [flat(line.box, line.turn).x0 for line in code if not _is_number(line)]
    before = [line for line in numbers if edges and flat(line.box, line.turn).x1 < min(edges)]
    runs: list[list[RawLine]] = []
    for line in sorted(before, key=lambda line: flat(line.box, line.turn).y0):
        if runs and int(line.text) == int(runs[-1][-1].text) + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [
        line
        for run in runs
        if len(run) >= _COUNTED or (int(run[0].text) == 1 and not run[0].style.fixed)
        for line in run
    ]


def with_listings(
    lines: Sequence[RawLine], listings: Sequence[RawLine], page: RawPage
) -> tuple[RawLine, ...]:
    """The lines and the listings in the order of the page's words."""
    places = {id(word): n for n, word in enumerate(word for line in page.lines for word in line.words)}
    return tuple(sorted((*lines, *listings), key=lambda line: min(places[id(word)] for word in line.words)))


def _is_number(line: RawLine) -> bool:
    return len(line.words) == 1 and line.text.isdecimal() and len(line.text) <= _LONGEST_NUMBER


def _middles(lines: Iterable[RawLine]) -> dict[int, list[float]]:
    """For each direction where the middles of the lines are, across it, in order."""
    found: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        box = flat(line.box, line.turn)
        found[line.turn].append((box.y0 + box.y1) / 2)
    return {turn: sorted(middles) for turn, middles in found.items()}


def _beside(line: RawLine, middles: Mapping[int, Sequence[float]]) -> bool:
    """Whether one of the middles lies within the line's height."""
    box, own = flat(line.box, line.turn), middles.get(line.turn, ())
    place = bisect_left(own, box.y0)
    return place < len(own) and own[place] < box.y1
