"""The table of a lattice: its cells as they are ruled, or by white space where rules are missing."""

from collections.abc import Sequence

from models.geometry import bounds
from services.extraction.tables.columns import Channel
from services.extraction.tables.lattice import Area, Lattice, inside
from services.extraction.tables.rules import Rules, covered
from services.extraction.tables.structure import is_data, structured
from services.extraction.tables.text_rows import text_rows
from services.extraction.tables.values import Grid, GridCell, Item, Place, TextRow, segment_of

_DRAWN = 0.5
_LOOSE_CELLS = 3

Contents = list[tuple[Area, list[TextRow]]]


def ruled(lattice: Lattice, items: Sequence[Item], rules: Rules) -> Grid | None:
    """None unless words stand in two columns and two rows at least."""
    own = ((area, inside(items, lattice.cell_box(area))) for area in lattice.cells)
    contents = _trimmed([(area, text_rows(words)) for area, words in own if words], len(lattice.xs) - 1)
    if min(len({area[0] for area, _ in contents}), len({area[1] for area, _ in contents})) < 2:  # noqa: PLR2004
        return _crowded(contents, lattice, rules) if contents else None
    by_space = _crowded(contents, lattice, rules)
    if by_space is not None:
        return by_space
    cells = [
        GridCell(Place(top, left, bottom - top, right - left), tuple(segment_of(row.items) for row in rows))
        for (top, left, bottom, right), rows in contents
    ]
    return _compact(cells, lattice, contents)


def _trimmed(contents: Contents, columns: int) -> Contents:
    """Without what stands over or under all columns: the frame's caption and notes."""

    def across(area: Area) -> bool:
        return area[1] == 0 and area[3] == columns

    first, last = 0, len(contents)
    while first < last and across(contents[first][0]):
        first += 1
    while last > first and across(contents[last - 1][0]):
        last -= 1
    return contents[first:last]


def _crowded(contents: Contents, lattice: Lattice, rules: Rules) -> Grid | None:
    """The table by its white space, where rules leave rows of figures or columns together; else None."""
    rows = text_rows([item for _, own in contents for row in own for item in row.items])
    box = bounds([row.box for row in rows])
    drawn = [
        x
        for x in lattice.xs[1:-1]
        if box.x0 < x < box.x1 and covered(rules.vertical, x, box.y0, box.y1) >= _DRAWN
    ]
    if not _has_rows_together(contents, drawn) and not _has_columns_together(contents):
        return None
    return structured(rows, rules, drawn)


def _has_rows_together(contents: Contents, drawn: Sequence[float]) -> bool:
    bands: dict[int, list[Item]] = {}
    for (top, _, bottom, _), own in contents:
        if bottom - top == 1:
            bands.setdefault(top, []).extend(item for row in own for item in row.items)
    found = [Channel(x - 1, x + 1) for x in drawn]
    for items in bands.values():
        inner = text_rows(items)
        data = sum(is_data(row, found) for row in inner)
        if data > 1 and 2 * data >= len(inner):
            return True
    return False


def _has_columns_together(contents: Contents) -> bool:
    """Whether in half of the cells of a column, three at least, words stand wide apart."""
    wide: dict[int, list[bool]] = {}
    for (_, left, _, right), own in contents:
        if right - left == 1:
            wide.setdefault(left, []).append(any(len(row.segments) > 1 for row in own))
    return any(sum(cells) >= max(_LOOSE_CELLS, len(cells) / 2) for cells in wide.values())


def _compact(cells: Sequence[GridCell], lattice: Lattice, contents: Contents) -> Grid:
    """Without rows and columns in which no cell begins; the row that begins at the top is the header."""
    rows = sorted({cell.place.row for cell in cells})
    columns = sorted({cell.place.column for cell in cells})
    header = max(cell.place.row + cell.place.row_span for cell in cells if cell.place.row == rows[0])
    compact = []
    for cell in cells:
        row, column, height, width = cell.place
        place = Place(
            rows.index(row),
            columns.index(column),
            sum(row <= other < row + height for other in rows),
            sum(column <= other < column + width for other in columns),
        )
        compact.append(GridCell(place, cell.rows, cell.place.row < header))
    box = bounds([lattice.cell_box(area) for area, _ in contents])
    return Grid(box, len(rows), len(columns), tuple(sorted(compact, key=lambda cell: cell.place)))
