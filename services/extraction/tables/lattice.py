"""Ruled tables: lines that cross make a lattice; where a line is missing, its cells are one."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from models.geometry import Box
from services.extraction.pdf_rules import THIN
from services.extraction.tables.rules import Rule, Rules, covered, positions
from services.extraction.tables.values import Item

_DRAWN = 0.6
"""A side is drawn when rules cover this share of it."""

_MOST = 600
_OPEN = 8.0
"""Points by which rules must stand out for the side to be open, not just badly joined."""

Area = tuple[int, int, int, int]
"""Top, left, bottom and right edge of a cell by number, the ends exclusive."""


class Lattice(NamedTuple):
    """Edges of columns and rows, and its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Area, ...]

    @property
    def box(self) -> Box:
        """The box around it."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def cell_box(self, cell: Area) -> Box:
        """The box of one of its cells."""
        top, left, bottom, right = cell
        return Box(self.xs[left], self.ys[top], self.xs[right], self.ys[bottom])


def lattices(rules: Rules) -> Iterator[Lattice]:
    """Every group of crossing rules with at least two columns and two rows."""
    for horizontal, vertical in _groups(rules):
        xs = _with_open_ends(positions([rule.at for rule in vertical]), horizontal)
        ys = _with_open_ends(positions([rule.at for rule in horizontal]), vertical)
        if len(xs) > 2 and len(ys) > 2:  # noqa: PLR2004  two columns, two rows
            yield Lattice(tuple(xs), tuple(ys), tuple(_cells(xs, ys, horizontal, vertical)))


def inside(items: Sequence[Item], box: Box) -> list[Item]:
    """The words whose middle lies in the box."""
    return [
        item
        for item in items
        if box.x0 <= (item.box.x0 + item.box.x1) / 2 < box.x1
        and box.y0 <= (item.box.y0 + item.box.y1) / 2 < box.y1
    ]


def shared_out(items: Sequence[Item], lattice: Lattice) -> dict[Area, list[Item]]:
    """The words of each cell that has some, by their middles."""
    owner = {
        place: area
        for area in lattice.cells
        for place in product(range(area[0], area[2]), range(area[1], area[3]))
    }
    found: dict[Area, list[Item]] = {}
    for item in items:
        box = item.box
        row = bisect_right(lattice.ys, (box.y0 + box.y1) / 2) - 1
        column = bisect_right(lattice.xs, (box.x0 + box.x1) / 2) - 1
        if (row, column) in owner:
            found.setdefault(owner[row, column], []).append(item)
    return dict(sorted(found.items()))


def _groups(rules: Rules) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that cross each other, directly or through others; none where there are too many."""
    if max(map(len, rules)) > _MOST:
        return []
    count = len(rules.horizontal)
    sets = _Sets(count + len(rules.vertical))
    for (i, h), (j, v) in product(enumerate(rules.horizontal), enumerate(rules.vertical)):
        if h.start - THIN <= v.at <= h.end + THIN and v.start - THIN <= h.at <= v.end + THIN:
            sets.join(i, count + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, h in enumerate(rules.horizontal):
        groups.setdefault(sets.root(i), ([], []))[0].append(h)
    for j, v in enumerate(rules.vertical):
        groups.setdefault(sets.root(count + j), ([], []))[1].append(v)
    return [group for group in groups.values() if all(group)]


def _with_open_ends(edges: list[float], crossing: Sequence[Rule]) -> list[float]:
    """The edges, and one more on a side on which the crossing rules go on."""
    if min(rule.start for rule in crossing) < edges[0] - _OPEN:
        edges.insert(0, min(rule.start for rule in crossing))
    if max(rule.end for rule in crossing) > edges[-1] + _OPEN:
        edges.append(max(rule.end for rule in crossing))
    return edges


def _cells(
    xs: Sequence[float], ys: Sequence[float], horizontal: Sequence[Rule], vertical: Sequence[Rule]
) -> Iterator[Area]:
    columns, rows = len(xs) - 1, len(ys) - 1
    sets = _Sets(rows * columns)
    for r, c in product(range(rows), range(columns)):
        if c + 1 < columns and covered(vertical, xs[c + 1], ys[r], ys[r + 1]) < _DRAWN:
            sets.join(r * columns + c, r * columns + c + 1)
        if r + 1 < rows and covered(horizontal, ys[r + 1], xs[c], xs[c + 1]) < _DRAWN:
            sets.join(r * columns + c, (r + 1) * columns + c)
    areas: dict[int, Area] = {}
    for r, c in product(range(rows), range(columns)):
        root = sets.root(r * columns + c)
        top, left, bottom, right = areas.get(root, (r, c, r + 1, c + 1))
        areas[root] = min(top, r), min(left, c), max(bottom, r + 1), max(right, c + 1)
    found = sorted(areas.values())
    full = sum((bottom - top) * (right - left) for top, left, bottom, right in found) == rows * columns
    yield from found if full else _disjoint(found)


def _disjoint(areas: list[Area]) -> list[Area]:
    """Areas that overlap become the rectangle around them, until none do."""
    found: list[Area] = []
    while areas:
        area = areas.pop()
        other = next((a for a in found if _overlap(a, area)), None)
        if other is None:
            found.append(area)
        else:
            found.remove(other)
            areas.append(_around(area, other))
    return sorted(found)


def _around(a: Area, b: Area) -> Area:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _overlap(a: Area, b: Area) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


class _Sets:
    """Disjoint sets of numbers below n."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def root(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        self._parent[self.root(i)] = self.root(j)
