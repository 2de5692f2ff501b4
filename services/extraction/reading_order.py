"""Reading order of a page: columns are found region by region, spanning lines break them.

A recursive XY-cut (Nagy and Seth, 1984) on lines. Whether two sides of a gutter are columns or the cells
of a table is told by the content stream, which writes columns one after the other and cells row by row.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import median

from services.extraction.frames import Placed, around
from services.extraction.raw import RawLine

FlowRow = tuple[Placed, ...]
Flow = list[FlowRow]

_MOST_CANDIDATES = 8
_CROSSING_SHARES = (0.0, 0.01, 0.03, 0.06, 0.12, 0.25, 0.4)
_FULL_LINE = 0.6
_NARROWEST = 5.0
_GUTTER = 0.6
_ENOUGH_LINES = 4
_DEEPEST = 8


def flows(items: Sequence[Placed], depth: int = 0) -> list[Flow]:
    """The columns of the region in reading order, each as rows from top to bottom."""
    if len(items) >= _ENOUGH_LINES and depth < _DEEPEST:
        for x in _gutters(items):
            parts = _split(items, x)
            if any(columnar for columnar, _ in parts):
                return list(_in_order(parts, depth))
    return [rows(items)] if items else []


def rows(items: Sequence[Placed]) -> Flow:
    """Lines that share a baseline, left to right; rows from top to bottom."""
    found: list[list[Placed]] = []
    for item in sorted(items, key=lambda item: (item.box.y0 + item.box.y1, item.box.x0, item.rank)):
        if found and _same_row(found[-1][-1], item):
            found[-1].append(item)
        else:
            found.append([item])
    return [tuple(sorted(row, key=lambda item: (item.box.x0, item.rank))) for row in found]


def _same_row(a: Placed, b: Placed) -> bool:
    shared = min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0)
    return shared > 0.5 * min(a.box.height, b.box.height)


def _gutters(items: Sequence[Placed]) -> list[float]:
    """Middles of the vertical strips that few lines cross, the least crossed and widest first.

    A strip is looked for at several limits of crossing lines, so that a footer or heading across the
    gutter neither hides nor narrows it.
    """
    least = _GUTTER * median(item.box.height for item in items)
    profile = _profile(items)
    found: dict[float, None] = {}
    for limit in sorted({round(share * len(items)) for share in _CROSSING_SHARES}):
        strips = [strip for strip in _strips(profile, limit) if strip[1] - strip[0] >= least]
        for x0, x1 in sorted(strips, key=lambda strip: strip[0] - strip[1]):
            found.setdefault((x0 + x1) / 2)
    return list(found)[:_MOST_CANDIDATES]


def _profile(items: Sequence[Placed]) -> list[tuple[float, int]]:
    """How many lines lie over each x: a step function as (from x on, count)."""
    edges = Counter(item.box.x0 for item in items)
    edges.subtract(Counter(item.box.x1 for item in items))
    counts = accumulate(edges[x] for x in sorted(edges))
    return list(zip(sorted(edges), counts, strict=True))


def _strips(profile: Sequence[tuple[float, int]], limit: int) -> Iterator[tuple[float, float]]:
    """The maximal strips inside the text that at most `limit` lines cross."""
    start: float | None = None
    for x, count in profile:
        if count <= limit and start is None:
            start = x
        elif count > limit and start is not None:
            yield start, x
            start = None


def _split(items: Sequence[Placed], x: float) -> list[tuple[bool, list[Placed]]]:
    """Bands between the lines that go across `x`, top to bottom, each with whether it has columns there."""
    spanning = _spanning(items, x)
    across = {item.rank for item in spanning}
    tops = [item.box.y0 + item.box.y1 for item in spanning]
    bands: list[list[Placed]] = [[] for _ in range(len(spanning) + 1)]
    for item in items:
        if item.rank not in across:
            bands[bisect_left(tops, item.box.y0 + item.box.y1)].append(item)
    parts: list[tuple[bool, list[Placed]]] = []
    for index, band in enumerate(bands):
        if index:
            _append(parts, [spanning[index - 1]])
        if band and _columnar(band, x):
            parts.append((True, [item for item in band if _is_left(item, x)]))
            parts.append((True, [item for item in band if not _is_left(item, x)]))
        elif band:
            _append(parts, band)
    return parts


def _spanning(items: Sequence[Placed], x: float) -> list[Placed]:
    """Lines over `x`, top to bottom; one with a neighbour beside it only sticks out of its column."""
    over = [item for item in items if item.box.x0 < x < item.box.x1]
    beside = [item for item in items if not item.box.x0 < x < item.box.x1]
    return sorted(
        (item for item in over if not any(_same_row(item, other) for other in beside)),
        key=lambda item: item.box.y0 + item.box.y1,
    )


def _is_left(item: Placed, x: float) -> bool:
    return item.box.x0 + item.box.x1 < 2 * x


def _append(parts: list[tuple[bool, list[Placed]]], items: list[Placed]) -> None:
    if parts and not parts[-1][0]:
        parts[-1][1].extend(items)
    else:
        parts.append((False, list(items)))


def _in_order(parts: Sequence[tuple[bool, list[Placed]]], depth: int) -> Iterator[Flow]:
    for _, items in parts:
        yield from flows(items, depth + 1)


def _columnar(band: Sequence[Placed], x: float) -> bool:
    """Whether the two sides are read one after the other, not row by row."""
    left = [item for item in band if _is_left(item, x)]
    right = [item for item in band if not _is_left(item, x)]
    if len(left) < 2 or len(right) < 2 or not _side_by_side(left, right):  # noqa: PLR2004
        return False
    changes = _changes(band, x)
    if changes <= 1 + 0.1 * len(band):
        return len(band) >= _ENOUGH_LINES
    alternating = changes >= 0.8 * 2 * min(len(left), len(right))
    enough = min(len(left), len(right)) >= _ENOUGH_LINES
    return alternating and enough and _full(left) and _full(right)


def _side_by_side(left: Sequence[Placed], right: Sequence[Placed]) -> bool:
    a, b = around(left), around(right)
    height = median(item.box.height for item in left)
    narrow = min(a.width, b.width) < _NARROWEST * height
    return not narrow and min(a.y1, b.y1) - max(a.y0, b.y0) > height


def _changes(band: Sequence[Placed], x: float) -> int:
    """How often the content stream goes from one side to the other."""
    sides = [_is_left(item, x) for item in sorted(band, key=lambda item: item.rank)]
    return sum(a != b for a, b in pairwise(sides))


def _full(column: Sequence[Placed]) -> bool:
    """Running text fills its column; cells do not."""
    width = around(column).width
    return median(item.box.width for item in column) >= _FULL_LINE * width


def lines_of(row: FlowRow) -> tuple[RawLine, ...]:
    """The row without its frame."""
    return tuple(item.line for item in row)
