"""Words to text rows and segments."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from models.geometry import Box
from services.extraction.tables.values import Item, Segment, TextRow, row_of, segment_of

_SPACE = 0.75
"""A gap of this share of the height is more than a space between words."""

_SPACES = 1.9


def text_rows(items: Sequence[Item]) -> list[TextRow]:
    """Words that share a baseline as rows from top to bottom, cut into segments at wide gaps."""
    space = _usual_space(items)
    return [row_of(_segments(row, space)) for row in baselines(items)]


def baselines(items: Sequence[Item]) -> list[list[Item]]:
    """Words that overlap by half of the lower one's height as rows, each from left to right."""
    rows: list[list[Item]] = []
    for item in sorted(items, key=lambda item: (item.box.y0 + item.box.y1, item.box.x0)):
        if rows and _level(rows[-1], item):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda item: item.box.x0) for row in rows]


def _level(row: Sequence[Item], item: Item) -> bool:
    y0 = median(other.box.y0 for other in row[-8:])
    y1 = median(other.box.y1 for other in row[-8:])
    shared = min(y1, item.box.y1) - max(y0, item.box.y0)
    return shared > 0.5 * min(y1 - y0, item.box.height)


def _segments(row: Sequence[Item], space: float) -> list[Segment]:
    parts: list[list[Item]] = [[row[0]]]
    for item in row[1:]:
        before = parts[-1][-1].box
        if item.box.x0 - before.x1 > max(_SPACES * space, _SPACE * _height(before, item.box)):
            parts.append([item])
        else:
            parts[-1].append(item)
    return [segment_of(part) for part in parts]


def _height(a: Box, b: Box) -> float:
    return min(a.height, b.height)


def _usual_space(items: Sequence[Item]) -> float:
    """The median gap between neighbours in the given order, among those that may be spaces."""
    gaps = [
        b.box.x0 - a.box.x1
        for a, b in pairwise(items)
        if 0 < b.box.x0 - a.box.x1 < a.box.height and abs(a.box.y1 - b.box.y1) < 1
    ]
    return median(gaps) if gaps else 0.0
