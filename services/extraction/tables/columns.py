"""Columns of a table without vertical rules: the channels of white space that its rows leave open."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from services.extraction.tables.values import Item, Segment, TextRow, segment_of

_NUMBER = re.compile(
    r"[(\[]?[-–—+±<>≤≥~$€£¥*†‡]*\d[\d.,:/%–\-]*[%)\]*†‡§a-z]{0,3}$|(?:[-–—.…]{1,3}|[*†‡§]+)$|n/?a$",
    re.IGNORECASE,
)
_NARROWEST = 0.25
_WIDE_SHARE = 0.5
_NUMERIC_SHARE = 0.7
_MARK = re.compile(r"[^\w]+$")


class Channel(NamedTuple):
    """White space from `x0` to `x1` between two columns."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        """Its middle."""
        return (self.x0 + self.x1) / 2


def is_number(text: str) -> bool:
    """Whether the word is what stands in a column of figures: a number, a dash, `n/a`."""
    return _NUMBER.match(text) is not None


def channels(rows: Sequence[TextRow]) -> list[Channel]:
    """The channels that the rows have in common, left to right.

    A channel counts when it is a wide gap in half of the rows that have words on both of its sides, or
    when figures stand there on both sides: then an ordinary space is enough.
    """
    body = [row for row in rows if len(row.segments) > 1]
    if not body:
        return []
    height = median(item.box.height for row in body for item in row.items)
    found = [c for c in _open(body, len(body) // 20) if c.x1 - c.x0 >= _NARROWEST * height]
    return _without_marks(body, [channel for channel in found if _counts(body, channel, found)])


def column_of(item: Item, found: Sequence[Channel]) -> int:
    """The column in which the middle of the word stands."""
    middle = (item.box.x0 + item.box.x1) / 2
    return bisect_right(found, middle, key=lambda channel: channel.middle)


def split_at(segment: Segment, found: Sequence[Channel]) -> list[tuple[int, Segment]]:
    """The parts of a segment by column."""
    parts: dict[int, list[Item]] = {}
    for item in segment.items:
        parts.setdefault(column_of(item, found), []).append(item)
    return [(column, segment_of(items)) for column, items in sorted(parts.items())]


def _open(rows: Sequence[TextRow], limit: int) -> list[Channel]:
    """Maximal intervals of x that words of at most `limit` rows cover, inside the rows."""
    edges: dict[float, int] = {}
    for row in rows:
        for item in row.items:
            edges[item.box.x0] = edges.get(item.box.x0, 0) + 1
            edges[item.box.x1] = edges.get(item.box.x1, 0) - 1
    found: list[Channel] = []
    start: float | None = None
    depth = 0
    for x in sorted(edges):
        if start is not None and depth + edges[x] > limit:
            found.append(Channel(start, x))
            start = None
        depth += edges[x]
        if depth <= limit and start is None:
            start = x
    return [channel for channel in found if channel.x1 > channel.x0]


def _counts(rows: Sequence[TextRow], channel: Channel, found: Sequence[Channel]) -> bool:
    """Rows that leave a wider channel open at the same gap say nothing of this one."""
    width = channel.x1 - channel.x0
    wider = [other for other in found if other.x1 - other.x0 > width]
    wide = figures = both = 0
    for row in rows:
        left = [item for item in row.items if item.box.x1 <= channel.middle]
        right = [item for item in row.items if item.box.x0 >= channel.middle]
        if not left or not right:
            continue
        if any(left[-1].box.x1 <= other.middle <= right[0].box.x0 for other in wider):
            continue
        both += 1
        wide += any(segment.items[0] is right[0] for segment in row.segments)
        figures += is_number(left[-1].word.text) and is_number(right[0].word.text)
    if not both:
        return False
    return wide >= max(1, _WIDE_SHARE * both) or (both > 2 and figures >= _NUMERIC_SHARE * both)  # noqa: PLR2004


def _without_marks(rows: Sequence[TextRow], found: list[Channel]) -> list[Channel]:
    """A column that holds only signs (`$`, `%`, `*`) belongs to its neighbour, the nearer one."""
    kept = list(found)
    held: dict[int, bool] = {}
    for row in rows:
        for item in row.items:
            column, text = column_of(item, found), item.word.text
            is_mark = _MARK.match(text) is not None and not is_number(text)
            held[column] = held.get(column, True) and is_mark
    for number in range(len(found), -1, -1):
        if kept and held.get(number, False):
            sides = [i for i in (number - 1, number) if 0 <= i < len(kept)]
            del kept[min(sides, key=lambda i: kept[i].x1 - kept[i].x0)]
    return kept
