"""Tables among the lines of one frame."""

from collections.abc import Sequence

from models.geometry import Box
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.frames import Placed
from services.extraction.tables.columns import is_number
from services.extraction.tables.lattice import inside, lattices
from services.extraction.tables.prose import without_prose
from services.extraction.tables.regions import regions, wide_rules
from services.extraction.tables.ruled import ruled
from services.extraction.tables.rules import Rules
from services.extraction.tables.structure import structured
from services.extraction.tables.text_rows import text_rows
from services.extraction.tables.values import Grid, GridCell, Item

_FIGURES = 0.4
_FILLED = 0.5
_MOSTLY = 0.6
_RULE_DISTANCE = 20.0
_LEADERS = ("...", ". . .", "…")


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
    rest = [item for item in items if id(item.word) in words]
    for region in regions(text_rows(rest), rules) if rest else ():
        grid = structured(region, rules)
        if grid is not None and _is_table(grid, rules):
            found.append(grid)
    return sorted(filter(_is_sound, found), key=lambda grid: (grid.box.y0, grid.box.x0))


def _is_sound(grid: Grid) -> bool:
    """Whether every place and every word belongs to one cell; where not, the grid was misread."""
    places = [
        (row, column)
        for cell in grid.cells
        for row in range(cell.place.row, cell.place.row + cell.place.row_span)
        for column in range(cell.place.column, cell.place.column + cell.place.column_span)
    ]
    words = [id(item.word) for cell in grid.cells for segment in cell.rows for item in segment.items]
    return len(set(places)) == len(places) and len(set(words)) == len(words)


def _overlap(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1


def _is_table(grid: Grid, rules: Rules) -> bool:
    """Whether it is more than text that happens to be aligned: figures, or rules above and below."""
    body = [cell for cell in grid.cells if not cell.is_header]
    values = [cell for cell in body if cell.place.column]
    rows = len({cell.place.row for cell in values})
    if rows < 2 or (grid.columns == 2 and _is_list(body)):  # noqa: PLR2004
        return False
    if sum(is_number(cell.text.split()[0]) for cell in values) >= _FIGURES * len(values):
        return True
    lines = [y for y in wide_rules(rules, grid.box) if y - grid.box.y0 > -_RULE_DISTANCE]
    framed = sum(y < grid.box.y1 + _RULE_DISTANCE for y in lines) > 1
    return framed and len(values) >= _FILLED * rows * (grid.columns - 1)


def _is_list(body: Sequence[GridCell]) -> bool:
    """Whether the first of two columns is the numbers or bullets of a list, or leads to page numbers."""
    first = [cell.text for cell in body if cell.place.column == 0]
    marks = sum(is_bullet(f"{text} x") or is_enumerated(f"{text} x") for text in first)
    leaders = sum(any(leader in text for leader in _LEADERS) for text in first)
    return bool(first) and max(marks, leaders) > _MOSTLY * len(first)
