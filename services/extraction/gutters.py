"""Lines that a reader of pictures drew over the gutter between two columns are cut there.

Lines of two columns that nearly touch in the picture come as one. What tells a gutter from a wide space is
that it goes on from row to row, in one place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from models.geometry import Box, bounds
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.frames import flat
from services.extraction.raw import RawLine

_LEAST, _WIDE = 0.55, 1.5
_FEWEST, _FEWEST_WIDE = 4, 3
_NARROWEST_SIDE = 4.0
_UNLIKE_SPACE = 1.5
_MOST, _SAME_EDGE = 0.6, 0.4
_FAR = 5.0
_SAME_ROW = 0.5


class _Word(NamedTuple):
    """The place of a word laid flat, its line's number and its own in it."""

    box: Box
    line: int
    number: int


class _Gap(NamedTuple):
    """Between two words of a row; of one line, when their lines are the same."""

    left: _Word
    right: _Word
    row: "_Row"

    @property
    def width(self) -> float:
        return self.right.box.x0 - self.left.box.x1


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """Words beside each other from left to right; `size` of their type."""

    words: tuple[_Word, ...]
    size: float

    @property
    def box(self) -> Box:
        return bounds([word.box for word in self.words])

    def gaps(self) -> Iterator[_Gap]:
        for left, right in pairwise(self.words):
            yield _Gap(left, right, self)


@dataclass(slots=True)
class _Gutter:
    """A strip without words from row to row, and the gaps of the rows that reach over it."""

    x0: float
    x1: float
    bottom: float
    gaps: list[_Gap] = field(default_factory=list)


def apart(lines: Sequence[RawLine]) -> tuple[RawLine, ...]:
    """The lines in their order, those over a gutter in its parts."""
    cuts: dict[int, set[int]] = {}
    for turn in {line.turn for line in lines}:
        for gutter in _gutters(_rows(lines, turn)):
            if _parts_columns(gutter, lines):
                for left, right, _ in gutter.gaps:
                    if left.line == right.line:
                        cuts.setdefault(left.line, set()).add(left.number)
    return tuple(part for number, line in enumerate(lines) for part in _cut(line, cuts.get(number, ())))


def _rows(lines: Sequence[RawLine], turn: int) -> list[_Row]:
    """The words of all lines of that direction, row by row."""
    found: list[tuple[list[_Word], list[float]]] = []
    middles = [
        (sum(flat(line.box, turn)[1::2]), number)
        for number, line in enumerate(lines)
        if line.turn == turn and line.words
    ]
    last = 0.0
    for middle, number in sorted(middles):
        size = lines[number].style.size
        if not found or middle - last > 2 * _SAME_ROW * size:
            found.append(([], []))
            last = middle
        words, sizes = found[-1]
        words += (_Word(flat(word.box, turn), number, i) for i, word in enumerate(lines[number].words))
        sizes.append(size)
    return [_Row(tuple(sorted(words, key=lambda word: word.box.x0)), median(sizes)) for words, sizes in found]


def _gutters(rows: Iterable[_Row]) -> Iterator[_Gutter]:
    """Strips that are open from one row over them to the next, from the top down."""
    open_: list[_Gutter] = []
    for row in rows:
        free = {(gap.left.line, gap.left.number): gap for gap in row.gaps() if gap.width >= _LEAST * row.size}
        box = row.box
        kept = []
        for gutter in open_:
            if _goes_on(gutter, row, box, free):
                kept.append(gutter)
            else:
                yield gutter
        kept += (_Gutter(gap.left.box.x1, gap.right.box.x0, box.y1, [gap]) for gap in free.values())
        open_ = kept
    yield from open_


def _goes_on(gutter: _Gutter, row: _Row, box: Box, free: dict[tuple[int, int], _Gap]) -> bool:
    """Whether the strip is open in the row or beside it; it is then as narrow as there, and has the gap."""
    if box.y0 - gutter.bottom > _FAR * row.size:
        return False
    if box.x1 <= (gutter.x0 + gutter.x1) / 2:
        return _narrowed(gutter, row, box, (box.x1, gutter.x1))
    if box.x0 >= (gutter.x0 + gutter.x1) / 2:
        return _narrowed(gutter, row, box, (gutter.x0, box.x0))
    for name, gap in free.items():
        if _narrowed(gutter, row, box, (gap.left.box.x1, gap.right.box.x0)):
            gutter.gaps.append(free.pop(name))
            return True
    return False


def _narrowed(gutter: _Gutter, row: _Row, box: Box, room: tuple[float, float]) -> bool:
    x0, x1 = max(gutter.x0, room[0]), min(gutter.x1, room[1])
    if x1 - x0 < _LEAST * row.size:
        return False
    gutter.x0, gutter.x1, gutter.bottom = x0, x1, max(gutter.bottom, box.y1)
    return True


def _parts_columns(gutter: _Gutter, lines: Sequence[RawLine]) -> bool:
    """Whether it is long and wide enough, text begins along its right, and its left is more than labels."""
    size = median(gap.row.size for gap in gutter.gaps)
    is_wide = gutter.x1 - gutter.x0 >= _WIDE * size
    if len(gutter.gaps) < (_FEWEST_WIDE if is_wide else _FEWEST):
        return False
    left = median(gap.left.box.x1 - gap.row.words[0].box.x0 for gap in gutter.gaps)
    right = median(gap.row.box.x1 - gap.right.box.x0 for gap in gutter.gaps)
    if min(left, right) < _NARROWEST_SIDE * size or _mostly(_is_label(gap, lines) for gap in gutter.gaps):
        return False
    starts = sorted(gap.right.box.x0 for gap in gutter.gaps)
    middle = starts[len(starts) // 2]
    aligned = _mostly(abs(start - middle) <= _SAME_EDGE * size for start in starts)
    return is_wide or (aligned and median(map(_unlike_space, gutter.gaps)) >= _UNLIKE_SPACE)


def _mostly(found: Iterable[bool]) -> bool:
    facts = list(found)
    return sum(facts) >= _MOST * len(facts)


def _is_label(gap: _Gap, lines: Sequence[RawLine]) -> bool:
    """Whether the word on the left is the number or sign of an item."""
    text = lines[gap.left.line].words[gap.left.number].text
    return gap.left.number == 0 and (is_enumerated(text) or is_bullet(text))


def _unlike_space(gap: _Gap) -> float:
    """How much wider it is than the middle one of its row's other gaps."""
    others = [other.width for other in gap.row.gaps() if other.left != gap.left and other.width > 0]
    return gap.width / median(others) if others else _UNLIKE_SPACE


def _cut(line: RawLine, after: Iterable[int]) -> Iterator[RawLine]:
    start = 0
    for last in (*sorted(after), len(line.words) - 1):
        words = line.words[start : last + 1]
        start = last + 1
        if len(words) == len(line.words):
            yield line
        elif words:
            yield replace(line, words=words, box=bounds([word.box for word in words]))
