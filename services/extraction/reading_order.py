"""Reading order of a page: columns are found region by region, spanning lines break them.

A recursive XY-cut (Nagy and Seth, 1984) on lines. Whether two sides of a gutter are columns or the cells
of a table is told by the content stream, which writes columns one after the other and cells row by row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

from services.extraction.frames import Placed, around
from services.extraction.raw import RawLine
from services.extraction.spanning import LARGER, first_middle, is_left, middle, same_row, spanning

FlowRow = tuple[Placed, ...]
Flow = list[FlowRow]

_MOST_CANDIDATES = 8
_CROSSING_SHARES = (0.0, 0.01, 0.03, 0.06, 0.12, 0.25, 0.4)
_FULL_LINE = 0.6
_STRAY = 0.05
_LEAST_COLUMN = 8.0
_NARROWEST = 5.0
_GUTTER = 0.6
_ENOUGH_LINES = 4
_DEEPEST = 24
_ROUNDS = 3
_FEWEST_WORDS = 2
_FARTHEST = 2.0
"""Heights of a line, between two of a column."""


def flows(items: Sequence[Placed], depth: int = 0) -> list[Flow]:
    """The columns of the region in reading order, each as rows from top to bottom."""
    if len(items) >= _ENOUGH_LINES and depth < _DEEPEST:
        cut = _best_cut(items)
        if cut is not None:
            return [flow for part in cut.parts() for flow in flows(part, depth + 1)]
    worded = [item for item in items if item.line.words]  # pictures are in no row
    return [rows(worded)] if worded else []


class _Cut(NamedTuple):
    """A region at the gutter `x`: what is above the columns there, they, what goes across below, the rest."""

    x: float
    above: list[Placed]
    band: list[Placed]
    across: list[Placed]
    below: list[Placed]

    def parts(self) -> tuple[list[Placed], ...]:
        """In reading order."""
        left, right = self.sides()
        ahead = _headings_below(left, right) if self.across else []
        staying = [item for item in left if item not in ahead]
        return self.above, staying, right, ahead + self.across + self.below

    def sides(self) -> tuple[list[Placed], list[Placed]]:
        """The band left and right of the gutter."""
        left = [item for item in self.band if is_left(item, self.x)]
        return left, [item for item in self.band if not is_left(item, self.x)]


def _best_cut(items: Sequence[Placed]) -> _Cut | None:
    """The cut with the largest band; None when there are no columns."""
    best: _Cut | None = None
    for x in _gutters(items):
        for cut in _cuts(items, x):
            if (best is None or len(cut.band) > len(best.band)) and _columnar(cut.band, x):
                best = cut
        if best is not None and len(best.band) == len(items):
            break
    return best and _widened(items, best)


def _cuts(items: Sequence[Placed], x: float) -> Iterator[_Cut]:
    bands = list(_bands(items, x))
    for place, (band, across) in enumerate(bands):
        if band:
            yield _Cut(x, _joined(bands[:place]), band, across, _joined(bands[place + 1 :]))


def _widened(items: Sequence[Placed], cut: _Cut) -> _Cut:
    """The same band with the lines that only seemed to go across, the gutter being where its sides say."""
    for _ in range(_ROUNDS):
        left, right = cut.sides()
        x = (max(item.box.x1 for item in left) + min(item.box.x0 for item in right)) / 2
        wider = [other for other in _cuts(items, x) if left[0] in other.band and right[0] in other.band]
        if not wider or len(wider[0].band) <= len(cut.band) or not _columnar(wider[0].band, x):
            break
        cut = wider[0]
    return cut


def _joined(cuts: Sequence[tuple[list[Placed], list[Placed]]]) -> list[Placed]:
    return [item for band, across in cuts for item in (*band, *across)]


def rows(items: Sequence[Placed]) -> Flow:
    """Lines that share a baseline, left to right; rows from top to bottom."""
    found: list[list[Placed]] = []
    for item in sorted(items, key=lambda item: (item.box.y0 + item.box.y1, item.box.x0, item.rank)):
        if found and same_row(found[-1][-1], item):
            found[-1].append(item)
        else:
            found.append([item])
    return [tuple(sorted(row, key=lambda item: (item.box.x0, item.rank))) for row in found]


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


def _bands(items: Sequence[Placed], x: float) -> Iterator[tuple[list[Placed], list[Placed]]]:
    """Top to bottom, the lines beside `x` and those across it that end them."""
    rest = sorted(items, key=middle)
    for across in sorted(spanning(rest, x), key=first_middle):
        own = {item.rank for item in across}
        above = [item for item in rest if item.rank not in own and middle(item) < first_middle(across)]
        gone = own | {item.rank for item in above}
        yield above, across
        rest = [item for item in rest if item.rank not in gone]
    yield rest, []


def _headings_below(left: Sequence[Placed], right: Sequence[Placed]) -> list[Placed]:
    """Lines in larger type that end the left column below all of the right one: they head what follows."""
    usual = median(item.line.style.size for item in left)
    bottom = max(item.box.y1 for item in right)
    found: list[Placed] = []
    for item in sorted(left, key=middle, reverse=True):
        if item.line.style.size < LARGER * usual or item.box.y0 < bottom:
            break
        found.append(item)
    return found


def _columnar(band: Sequence[Placed], x: float) -> bool:
    """Whether the two sides are read one after the other, not row by row."""
    left = [item for item in band if is_left(item, x)]
    right = [item for item in band if not is_left(item, x)]
    if len(left) < 2 or len(right) < 2 or not _side_by_side(left, right):  # noqa: PLR2004
        return False
    changes = _changes(band, x)
    if changes <= 1 + 0.1 * len(band):
        return len(band) >= _ENOUGH_LINES
    count = min(len(rows(left)), len(rows(right)))
    alternating = changes >= 0.8 * 2 * count
    return (
        alternating and count >= _ENOUGH_LINES and all(_full(side) and _dense(side) for side in (left, right))
    )


def _side_by_side(left: Sequence[Placed], right: Sequence[Placed]) -> bool:
    a, b = around(left), around(right)
    height = median(item.box.height for item in left)
    narrow = min(a.width, b.width) < _NARROWEST * height
    return not narrow and min(a.y1, b.y1) - max(a.y0, b.y0) > height


def _changes(band: Sequence[Placed], x: float) -> int:
    """How often the content stream goes from one side to the other."""
    sides = [is_left(item, x) for item in sorted(band, key=lambda item: item.rank)]
    return sum(a != b for a, b in pairwise(sides))


def _dense(side: Sequence[Placed]) -> bool:
    """Whether lines follow each other; what stands further apart belongs to what is beside it."""
    boxes = [around(row) for row in rows(side)]
    spaces = [below.y0 - above.y1 for above, below in pairwise(boxes)]
    return median(spaces) <= _FARTHEST * median(item.box.height for item in side)


def _full(side: Sequence[Placed]) -> bool:
    """Running text fills its columns, of which the side may have several; cells do not."""
    height = median(item.box.height for item in side)
    edges: dict[int, list[Placed]] = {}
    for item in side:
        edges.setdefault(round(item.box.x0 / height), []).append(item)
    columns = [column for column in edges.values() if len(column) >= _ENOUGH_LINES]
    held = sum(map(len, columns))
    return 2 * held > len(side) and all(map(_is_filled, columns))


def _is_filled(column: Sequence[Placed]) -> bool:
    width = around(column).width
    words = median(len(item.line.words) for item in column)
    return words >= _FEWEST_WORDS and median(item.box.width for item in column) >= _FULL_LINE * width


def lines_of(row: FlowRow) -> tuple[RawLine, ...]:
    """The row without its frame."""
    return tuple(item.line for item in row)
