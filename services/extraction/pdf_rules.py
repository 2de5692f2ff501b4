"""The rectangles and straight lines that a page draws, and whether they are worth looking for."""

from collections.abc import Iterable, Sequence
from typing import Any

from models.geometry import Box
from services.extraction.raw import RawLine

_VECTOR = 3
_STRAIGHT = "is-rect: true"
_LEAST_PAIRS = 2

Matrix = tuple[float, float, float, float, float, float]


def stand_side_by_side(lines: Sequence[RawLine]) -> bool:
    """Whether lines of one direction stand beside each other at two places or more, as cells do."""
    pairs = 0
    above: RawLine | None = None
    for line in sorted(lines, key=_across):
        pairs += above is not None and above.turn == line.turn and _shared(above, line)
        above = line
        if pairs >= _LEAST_PAIRS:
            return True
    return False


def drawn_rules(blocks: Iterable[Sequence[Any]], matrix: Matrix | None) -> tuple[Box, ...]:
    """The boxes of MuPDF's vector blocks that are rectangles, turned by `matrix` (the page's rotation)."""
    boxes = (Box(*map(float, b[:4])) for b in blocks if b[6] == _VECTOR and _STRAIGHT in b[4])
    return tuple(box if matrix is None else _turned(box, matrix) for box in boxes)


def _across(line: RawLine) -> tuple[int, float]:
    box = line.box
    return line.turn, box.x0 + box.x1 if line.turn % 2 else box.y0 + box.y1


def _shared(a: RawLine, b: RawLine) -> bool:
    if a.turn % 2:
        return min(a.box.x1, b.box.x1) - max(a.box.x0, b.box.x0) > 0.5 * min(a.box.width, b.box.width)
    return min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > 0.5 * min(a.box.height, b.box.height)


def _turned(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs = (box.x0 * a + box.y0 * c + e, box.x1 * a + box.y1 * c + e)
    ys = (box.x0 * b + box.y0 * d + f, box.x1 * b + box.y1 * d + f)
    return Box(min(xs), min(ys), max(xs), max(ys))
