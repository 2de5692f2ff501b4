"""What lies across the gutter between two columns: lines of its own region, and runs of them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from statistics import median

from services.extraction.frames import Placed, around

_RUN, _FAR_OVER = 3, 3.0
LARGER = 1.15
"""Type of so many times the usual size heads what follows."""


def spanning(items: Sequence[Placed], x: float) -> Iterator[list[Placed]]:
    """What lies over `x`: lines, and runs of lines with what stands beside them.

    A few lines with a neighbour beside them only stick out of their column.
    """
    over = [item for item in items if item.box.x0 < x < item.box.x1]
    beside = [item for item in items if not item.box.x0 < x < item.box.x1]
    yield from ([item] for item in _headings_alone(beside, x))
    neighbours = _Neighbours(beside)
    run: list[Placed] = []
    for item in over:
        if not neighbours.has(item):
            yield [item]
        elif min(x - item.box.x0, item.box.x1 - x) > _FAR_OVER * item.box.height:
            if run and item.box.y0 - run[-1].box.y1 > item.box.height:
                yield from _as_band(run, beside)
                run = []
            run.append(item)
    yield from _as_band(run, beside)


def _headings_alone(beside: Sequence[Placed], x: float) -> Iterator[Placed]:
    """Lines in larger type on the left with nothing beside them, though there is above and below."""
    if not beside:
        return
    usual = median(item.line.style.size for item in beside)
    right = [item.box for item in beside if not is_left(item, x)]
    for item in beside:
        box = item.box
        if (
            item.line.style.size >= LARGER * usual
            and is_left(item, x)
            and not any(other.y0 < box.y1 and box.y0 < other.y1 for other in right)
            and any(other.y1 <= box.y0 for other in right)
            and any(other.y0 >= box.y1 for other in right)
        ):
            yield item


class _Neighbours:
    """Lines by where they stand, to find those of a row without looking at all."""

    def __init__(self, items: Sequence[Placed]) -> None:
        least = 3 * median(item.box.height for item in items) if items else 0.0
        self._tall = [item for item in items if item.box.height > least]
        self._low = sorted((item for item in items if item.box.height <= least), key=middle)
        self._middles = [middle(item) for item in self._low]
        self._reach = least

    def has(self, item: Placed) -> bool:
        """Whether one of them stands in a row with the line."""
        reach = self._reach + item.box.height
        first = bisect_left(self._middles, middle(item) - reach)
        last = bisect_left(self._middles, middle(item) + reach)
        return any(same_row(item, other) for other in (*self._low[first:last], *self._tall))


def _as_band(run: Sequence[Placed], beside: Sequence[Placed]) -> Iterator[list[Placed]]:
    if len(run) < _RUN:
        return
    box = around(run)
    near = [item for item in beside if box.y0 < middle(item) / 2 < box.y1]
    first = min(near, key=middle, default=None)
    if first is None or not any(_continues(item, first) for item in beside):
        yield [*run, *near]


def _continues(above: Placed, item: Placed) -> bool:
    """Whether the line is the next one of the column that the one above is in."""
    gap, height = item.box.y0 - above.box.y1, item.box.height
    return abs(item.box.x0 - above.box.x0) < height / 2 and -height / 2 < gap < height


def same_row(a: Placed, b: Placed) -> bool:
    """Whether two lines overlap by half of the lower one's height."""
    shared = min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0)
    return shared > 0.5 * min(a.box.height, b.box.height)


def middle(item: Placed) -> float:
    """Twice the y of the line's middle."""
    return item.box.y0 + item.box.y1


def first_middle(items: Sequence[Placed]) -> float:
    """That of the highest of them."""
    return min(map(middle, items))


def is_left(item: Placed, x: float) -> bool:
    """Whether the middle of the line is left of `x`."""
    return item.box.x0 + item.box.x1 < 2 * x
