"""Strips of numbers on a page that could count its lines: flush, alone in their strip, step by step."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from models.geometry import Box
from services.extraction.raw import RawLine, RawPage

_LONGEST = 5
_DETACHED = 0.8
_FLUSH = 1.6
_STEPS = (1, 5, 2, 10)
_FEWEST = {1: 5, 2: 5, 5: 3, 10: 3}
_LONGER = 1.5
"""How much longer a run must be that skips numbers: numbers that were misread break one that skips none."""

_CROSSED = 0.05
_COUNTED = 0.75
_EVEN = 0.06
_CELL_GAP = 2.5
_MOST_CELLS = 0.4
_MOST_STRIPS = 6
"""So many runs of a page are looked at closely, the longest ones: a page full of numbers is a table."""


class Numeral(NamedTuple):
    """A number at the beginning or end of a line, or alone in it."""

    value: int
    text: str
    box: Box
    line: int
    word: int


class Where(NamedTuple):
    """The left and right edge of most numbers of a strip."""

    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Strip:
    """Numbers that count by `step` from top to bottom.

    `small` and `capital`: beside how many of them the text begins with a small or a capital letter.
    """

    where: Where
    step: int
    numbers: tuple[Numeral, ...]
    small: int
    capital: int


def numerals(page: RawPage) -> list[Numeral]:
    """Numbers that stand apart from the text of their line."""
    return [mark for n, line in enumerate(page.lines) if line.turn == 0 for mark in _of_line(line, n)]


def strips(page: RawPage) -> Iterator[Strip]:
    """The strips in which nothing else stands and whose numbers count the rows beside them."""
    marks = numerals(page)
    if len(marks) < min(_FEWEST.values()):
        return
    crowd = _Crowd(page)
    columns = (*_flush(marks, right=True), *_flush(marks, right=False))
    runs = [(run, step) for run, step in map(_longest_run, columns) if run and crowd.leaves_clear(run)]
    taken: set[tuple[int, int]] = set()
    for run, step in sorted(runs, key=lambda found: -len(found[0]))[:_MOST_STRIPS]:
        own = {(mark.line, mark.word) for mark in run}
        strip = None if own & taken else _strip(run, step, page)
        if strip is not None:
            taken |= own
            yield strip


def _of_line(line: RawLine, n: int) -> Iterator[Numeral]:
    words = line.words
    for i in {0, len(words) - 1}:
        text = words[i].text
        if len(text) <= _LONGEST and text.isascii() and text.isdigit():
            beside = words[1 if i == 0 else i - 1] if len(words) > 1 else None
            box = words[i].box
            if beside is None or _gap(box, beside.box) > _DETACHED * box.height:
                yield Numeral(int(text), text, box, n, i)


def _gap(a: Box, b: Box) -> float:
    return max(b.x0 - a.x1, a.x0 - b.x1)


def _flush(marks: Sequence[Numeral], *, right: bool) -> Iterator[list[Numeral]]:
    """Numbers that end (or begin) at one x, from top to bottom."""

    def edge(mark: Numeral) -> float:
        return mark.box.x1 if right else mark.box.x0

    column: list[Numeral] = []
    for mark in sorted(marks, key=edge):
        if column and edge(mark) - edge(column[-1]) > _FLUSH:
            yield sorted(column, key=lambda mark: mark.box.y0)
            column = []
        column.append(mark)
    yield sorted(column, key=lambda mark: mark.box.y0)


def _longest_run(column: Sequence[Numeral]) -> tuple[list[Numeral], int]:
    """The longest run that counts by one of the steps, a number missing here and there; empty if short."""
    best: tuple[list[Numeral], int] = [], 1
    for step in _STEPS:
        length: dict[int, int] = {}
        before: dict[int, int | None] = {}
        at: dict[int, int] = {}
        for i, mark in enumerate(column):
            previous = max(
                (at[value] for value in (mark.value - step, mark.value - 2 * step) if value in at),
                key=lambda j: length[j],
                default=None,
            )
            length[i] = 1 if previous is None else length[previous] + 1
            before[i] = previous
            at[mark.value] = i
        end = max(length, key=lambda i: length[i], default=None)
        if end is not None and length[end] >= max(_FEWEST[step], _LONGER * len(best[0])):
            best = list(_back(column, before, end)), step
    return best


def _back(column: Sequence[Numeral], before: dict[int, int | None], end: int) -> list[Numeral]:
    run: list[Numeral] = []
    place: int | None = end
    while place is not None:
        run.append(column[place])
        place = before[place]
    return run[::-1]


class _Crowd:
    """The edges of all words of a page, to count those in a strip without looking at each."""

    def __init__(self, page: RawPage) -> None:
        self._lines = page.lines
        self._lefts = sorted(word.box.x0 for line in page.lines for word in line.words)
        self._rights = sorted(word.box.x1 for line in page.lines for word in line.words)

    def leaves_clear(self, run: Sequence[Numeral]) -> bool:
        """Whether hardly a word of the whole page reaches into the strip, beside those of the run's lines."""
        x0, x1 = min(mark.box.x0 for mark in run), max(mark.box.x1 for mark in run)
        inside = bisect_left(self._lefts, x1) - bisect_right(self._rights, x0)
        own = sum(
            word.box.x0 < x1 and x0 < word.box.x1 for mark in run for word in self._lines[mark.line].words
        )
        return inside - own <= max(2, _CROSSED * len(self._lines))


def _strip(run: list[Numeral], step: int, page: RawPage) -> Strip | None:
    own = {(mark.line, mark.word) for mark in run}
    rows = _rows_beside(run, page, own)
    if not rows or not (_counts_rows(run, step, rows) or (step == 1 and _is_even(run))):
        return None
    if sum(_has_cells(row) for row in rows) > _MOST_CELLS * len(rows):
        return None
    tops = [row[0].y0 + row[0].y1 for row in rows]
    small = capital = 0
    for mark in run:
        row = rows[min(_nearest(tops, mark.box.y0 + mark.box.y1), len(rows) - 1)]
        small += row[2][:1].islower()
        capital += row[2][:1].isupper()
    where = Where(median(mark.box.x0 for mark in run), median(mark.box.x1 for mark in run))
    return Strip(where, step, tuple(run), small, capital)


_Beside = tuple[Box, list[Box], str]
"""A row of text: its box, those of its words, and how it begins."""


def _rows_beside(run: Sequence[Numeral], page: RawPage, own: set[tuple[int, int]]) -> list[_Beside]:
    """The rows of text between the first number and the last, on the side where there is more of it."""
    top, bottom = run[0].box.y0, run[-1].box.y1
    middle = median((mark.box.x0 + mark.box.x1) / 2 for mark in run)
    sides: tuple[list[_Beside], list[_Beside]] = ([], [])
    for n, line in enumerate(page.lines):
        words = [word for i, word in enumerate(line.words) if (n, i) not in own]
        if line.turn or not words or line.box.y1 < top or line.box.y0 > bottom:
            continue
        boxes = [word.box for word in words]
        sides[boxes[0].x0 > middle].append((boxes[0], boxes, words[0].text))
    side = max(sides, key=len)
    side.sort(key=lambda row: (row[0].y0 + row[0].y1, row[0].x0))
    rows: list[_Beside] = []
    for row in side:
        if rows and row[0].y0 + row[0].y1 < 2 * rows[-1][0].y1 - 0.5 * rows[-1][0].height:
            rows[-1][1].extend(row[1])
        else:
            rows.append(row)
    return rows


def _counts_rows(run: Sequence[Numeral], step: int, rows: Sequence[_Beside]) -> bool:
    """Whether from number to number there are as many rows as it counts."""
    middles = [row[0].y0 + row[0].y1 for row in rows]
    right = 0
    for a, b in pairwise(run):
        passed = _nearest(middles, b.box.y0 + b.box.y1) - _nearest(middles, a.box.y0 + a.box.y1)
        right += passed == b.value - a.value
    return right >= _COUNTED * (len(run) - 1) and len(rows) >= step * len(run) * _COUNTED


def _nearest(middles: Sequence[float], middle: float) -> int:
    place = bisect_left(middles, middle)
    near = (n for n in (place - 1, place) if 0 <= n < len(middles))
    return min(near, key=lambda n: abs(middles[n] - middle))


def _is_even(run: Sequence[Numeral]) -> bool:
    """Whether all distances are the same, as on pleading paper."""
    pitches = [(b.box.y0 - a.box.y0) / (b.value - a.value) for a, b in pairwise(run)]
    usual = median(pitches)
    return usual > 0 and all(abs(pitch - usual) <= _EVEN * usual for pitch in pitches)


def _has_cells(row: _Beside) -> bool:
    """Whether there is a gap that no running text has."""
    boxes = sorted(row[1], key=lambda box: box.x0)
    return any(b.x0 - a.x1 > _CELL_GAP * a.height for a, b in pairwise(boxes))
