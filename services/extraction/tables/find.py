"""Tables among the lines of one frame."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from models.geometry import Box
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.frames import Placed
from services.extraction.tables.columns import is_number
from services.extraction.tables.lattice import inside, lattices, shared_out
from services.extraction.tables.prose import without_prose
from services.extraction.tables.regions import regions, wide_rules
from services.extraction.tables.ruled import ruled
from services.extraction.tables.rules import Rules
from services.extraction.tables.structure import structured
from services.extraction.tables.text_rows import text_rows
from services.extraction.tables.typed import typed_rules
from services.extraction.tables.values import Grid, GridCell, Item, Place

_FIGURES = 0.4
_FILLED = 0.5
_FULL = 0.7
_LONGEST_FIGURE = 4
_MOSTLY = 0.6
_RULE_DISTANCE = 20.0
_SHORT = 12
_LEADERS = ("...", ". . .", "…")
_LABEL = re.compile(r"\(?(?:[A-Z]\.?)?\d{1,3}(?:[.-]\d{1,3})*[a-z]?\)|\(\*+\)")
_LINE_NUMBER = re.compile(r"(\d{1,3})[.:)]?")


def grids(lines: Sequence[Placed], rules: Rules, items: Sequence[Item]) -> list[Grid]:
    """The tables, ruled ones first found, from top to bottom; no two share a word."""
    found: list[Grid] = []
    for lattice in lattices(rules):
        grid = ruled(lattice, inside(items, lattice.box), rules)
        if grid is not None and not any(_overlap(grid.box, other.box) for other in found):
            found.append(grid)
    boxes = [grid.box for grid in found]
    free = [line for line in without_prose(lines) if not any(_overlap(line.box, box) for box in boxes)]
    words = {id(word) for line in free for word in line.line.words}
    rest, typed = typed_rules([item for item in items if id(item.word) in words])
    known = Rules((*rules.horizontal, *typed), rules.vertical)
    for region in regions(text_rows(rest), known) if rest else ():
        grid = structured(region, known)
        if grid is not None and _is_table(grid, known):
            found.append(grid)
    return sorted(map(_sound, found), key=lambda grid: (grid.box.y0, grid.box.x0))


def framed(rules: Rules, items: Sequence[Item]) -> Iterator[Box]:
    """The boxes of the lattices most of whose cells hold words."""
    for lattice in lattices(rules):
        own = inside(items, lattice.box)
        if (
            len(shared_out(own, lattice)) >= _FULL * len(lattice.cells)
            and ruled(lattice, own, rules) is not None
        ):
            yield lattice.box


def _sound(grid: Grid) -> Grid:
    """The grid with cells that share a place put together, so that every place belongs to one cell."""
    taken = Counter(place for cell in grid.cells for place in cell.place.taken())
    if all(count == 1 for count in taken.values()):
        return grid
    cells: list[GridCell] = []
    waiting = list(grid.cells)
    while waiting:
        cell = waiting.pop()
        other = next((c for c in cells if _share(c.place, cell.place)), None)
        if other is None:
            cells.append(cell)
        else:
            cells.remove(other)
            waiting.append(_together(other, cell))
    return replace(grid, cells=tuple(sorted(cells, key=lambda cell: cell.place)))


def _share(a: Place, b: Place) -> bool:
    return (
        a.row < b.row + b.row_span
        and b.row < a.row + a.row_span
        and a.column < b.column + b.column_span
        and b.column < a.column + a.column_span
    )


def _together(a: GridCell, b: GridCell) -> GridCell:
    row, column = min(a.place.row, b.place.row), min(a.place.column, b.place.column)
    bottom = max(a.place.row + a.place.row_span, b.place.row + b.place.row_span)
    right = max(a.place.column + a.place.column_span, b.place.column + b.place.column_span)
    rows = sorted((*a.rows, *b.rows), key=lambda segment: (segment.box.y0, segment.box.x0))
    place = Place(row, column, bottom - row, right - column)
    return GridCell(place, tuple(rows), a.is_header and b.is_header)


def _overlap(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1


def _is_table(grid: Grid, rules: Rules) -> bool:
    """Whether it is more than text that happens to be aligned: figures, or rules above and below."""
    body = [cell for cell in grid.cells if not cell.is_header]
    values = [cell for cell in body if cell.place.column]
    rows = len({cell.place.row for cell in values})
    if rows < 2 or (grid.columns == 2 and (_is_list(body) or _is_numbered(grid) or _is_form(body))):  # noqa: PLR2004
        return False
    if sum(_is_figure(cell.text.split()) for cell in values) >= _FIGURES * len(values):
        return True
    lines = [y for y in wide_rules(rules, grid.box) if y - grid.box.y0 > -_RULE_DISTANCE]
    framed = sum(y < grid.box.y1 + _RULE_DISTANCE for y in lines) > 1
    return framed and len(values) >= _FILLED * rows * (grid.columns - 1)


def _is_figure(words: Sequence[str]) -> bool:
    """A number, perhaps with its unit or error; not a line of text with a number before it."""
    return is_number(words[0]) and len(words) <= _LONGEST_FIGURE


def _is_list(body: Sequence[GridCell]) -> bool:
    """Whether the first of two columns is the numbers or bullets of a list, or leads to page numbers."""
    first = [cell.text for cell in body if cell.place.column == 0]
    marks = sum(is_bullet(f"{text} x") or is_enumerated(f"{text} x") for text in first)
    leaders = sum(any(leader in text for leader in _LEADERS) for text in first)
    return bool(first) and max(marks, leaders) > _MOSTLY * len(first)


def _is_form(body: Sequence[GridCell]) -> bool:
    """Whether most cells wait to be filled in: `Name:`, or are signed."""
    return sum(cell.text.endswith(":") or "/s/" in cell.text for cell in body) > _MOSTLY * len(body)


def _is_numbered(grid: Grid) -> bool:
    """Whether one of two columns holds the numbers of formulas, or of lines that no header names."""
    left, right = ([cell for cell in grid.cells if cell.place.column == column] for column in (0, 1))
    labels = sum(_LABEL.fullmatch(cell.text) is not None for cell in right)
    if labels > _MOSTLY * len(right) and not any(cell.is_header for cell in right):
        return True
    counts = [int(match[1]) for cell in left if (match := _LINE_NUMBER.fullmatch(cell.text))]
    steps = sum(b - a == 1 for a, b in pairwise(counts))
    named = any(cell.is_header and len(cell.text) <= _SHORT for cell in left)
    words = sum(not is_number(cell.text.split()[0]) for cell in right)
    return not named and steps + 1 > _MOSTLY * len(left) and words > _MOSTLY * len(right)
