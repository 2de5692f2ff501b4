"""Tables of markup laid out on a grid, and the grid as lines of text."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.span import Span
from models.table import Cell, Table
from services.extraction.inline import Inline, Reach, shifted

CELL_SEPARATOR = " | "
_PLACES_FOR_A_CELL = 16
_PLACES_FOR_ANY = 10_000


class GivenCell(NamedTuple):
    """A cell as the source has it, in the order of its row; a row span of 0 reaches to the last row."""

    text: str
    row_span: int = 1
    column_span: int = 1
    is_header: bool = False
    reaches: tuple[Reach, ...] = ()


class GridCell(NamedTuple):
    """A cell with its place."""

    text: str
    row: int
    column: int
    row_span: int
    column_span: int
    is_header: bool
    reaches: tuple[Reach, ...] = ()


class Grid(NamedTuple):
    """All cells by row and column, empty ones too; no two share a place."""

    rows: int
    columns: int
    cells: tuple[GridCell, ...]


def laid_out(rows: Sequence[Sequence[GivenCell]]) -> Grid:
    """Each cell at the first place of its row that no cell above reaches into, as HTML lays tables out.

    Spans end at the last row and before the next taken place. A table that claims far more places than
    it has cells is read as if it had no spans.
    """
    if _places(rows) > max(_PLACES_FOR_ANY, _PLACES_FOR_A_CELL * sum(map(len, rows))):
        rows = [[cell._replace(row_span=1, column_span=1) for cell in row] for row in rows]
    taken_until: dict[int, int] = {}
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        column = 0
        for given in row:
            while taken_until.get(column, 0) > number:
                column += 1
            height = len(rows) - number if given.row_span < 1 else min(given.row_span, len(rows) - number)
            end = column + 1
            while end < column + given.column_span and taken_until.get(end, 0) <= number:
                end += 1
            size = height, end - column
            cells.append(GridCell(given.text, number, column, *size, given.is_header, given.reaches))
            for place in range(column, end):
                taken_until[place] = number + height
            column = end
    return Grid(len(rows), max(taken_until, default=-1) + 1, tuple(cells))


def placed(grid: Grid, start: int) -> tuple[str, Table | None]:
    """The grid as text, a row a line, and as a Table for a text in which the first line begins at `start`.

    Cells have a bar between; rows without any text are left out. None when no cell has text.
    """
    inline, table = placed_inline(grid, start)
    return inline.text, table


def placed_inline(grid: Grid, start: int) -> tuple[Inline, Table | None]:
    """The same, with what leads elsewhere in the cells."""
    lines: list[str] = []
    reaches: list[Reach] = []
    cells: list[Cell] = []
    position = start
    for row in _rows(grid):
        line = CELL_SEPARATOR.join(cell.text for cell in row)
        bare = line.strip()
        if not any(cell.text for cell in row):
            continue
        offset = position - (len(line) - len(line.lstrip()))
        for cell in row:
            if cell.text:
                span = Span(offset, offset + len(cell.text))
                reaches += shifted(cell.reaches, offset - start)
                cells.append(
                    Cell(span, cell.row, cell.column, cell.row_span, cell.column_span, cell.is_header)
                )
            offset += len(cell.text) + len(CELL_SEPARATOR)
        lines.append(bare)
        position += len(bare) + 1
    text = "\n".join(lines)
    whole = Inline(text, tuple(reaches))
    if not cells:
        return whole, None
    return whole, Table((Span(start, start + len(text)),), grid.rows, grid.columns, tuple(cells))


def _places(rows: Sequence[Sequence[GivenCell]]) -> int:
    """How many places the cells claim at most."""
    most = len(rows)
    heights = (
        (min(cell.row_span, most) if cell.row_span > 0 else most, cell) for row in rows for cell in row
    )
    return sum(height * max(cell.column_span, 1) for height, cell in heights)


def _rows(grid: Grid) -> Iterable[list[GridCell]]:
    """The cells of each row, with an empty one where a cell of a row above reaches in from the left."""
    by_row: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
        for below in range(cell.row + 1, cell.row + cell.row_span):
            by_row.setdefault(below, []).append(cell._replace(text="", row=below, row_span=1, reaches=()))
    for number in sorted(by_row):
        yield sorted(by_row[number], key=lambda cell: cell.column)
