"""Tables: where each cell stands in the grid, in the canonical text and on the page."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.geometry import Box
from models.span import Span, is_ordered


class Cell(NamedTuple):
    """A cell with text. Rows and columns count from 0; `box` is around its words."""

    span: Span
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    is_header: bool = False
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of `rows` by `columns`; places that no cell takes are empty.

    `spans` are those of its blocks, one for each page it stands on; `cells` are sorted by span.
    ValueError unless the cells lie in the spans and in the grid, and no two share a place.
    """

    spans: tuple[Span, ...]
    rows: int
    columns: int
    cells: tuple[Cell, ...]

    def __post_init__(self) -> None:
        if not is_ordered(self.spans) or not is_ordered([cell.span for cell in self.cells]):
            raise ValueError("blocks and cells of a table must be non-empty, sorted and disjoint")
        for cell in self.cells:
            block = bisect_right(self.spans, cell.span.start, key=lambda span: span.start) - 1
            if block < 0 or not self.spans[block].contains(cell.span):
                raise ValueError("cells must lie in the blocks of their table")
        _check_grid(self.cells, self.rows, self.columns)

    @property
    def header_rows(self) -> int:
        """How many rows at the top hold header cells only."""
        first = min((cell.row for cell in self.cells if not cell.is_header), default=self.rows)
        return max((cell.row + cell.row_span for cell in self.cells if cell.row < first), default=0)


def _check_grid(cells: Sequence[Cell], rows: int, columns: int) -> None:
    free_from: dict[int, int] = {}
    for cell in sorted(cells, key=lambda cell: cell.row):
        if min(cell.row, cell.column) < 0 or min(cell.row_span, cell.column_span) < 1:
            raise ValueError("a cell takes at least one place of the grid")
        if cell.row + cell.row_span > rows or cell.column + cell.column_span > columns:
            raise ValueError("cells must lie in the grid of their table")
        for column in range(cell.column, cell.column + cell.column_span):
            if free_from.get(column, 0) > cell.row:
                raise ValueError("two cells of a table take the same place")
            free_from[column] = cell.row + cell.row_span
