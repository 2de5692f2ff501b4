"""The rows and cells of WordprocessingML tables, merged cells as one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.extraction.docx_text import FALLBACK, W, found_at, is_on, number_of, value_at
from services.extraction.grids import GivenCell, Grid, laid_out
from services.extraction.inline import Inline, joined

_TABLE, _ROW, _CELL = W + "tbl", W + "tr", W + "tc"
_WIDEST = 1000


@dataclass(slots=True)
class _Open:
    """A cell that may go on below: where it is among the rows so far, and its width."""

    row: int
    place: int
    width: int


def below(element: Any, wanted: str) -> Iterator[Any]:
    """The nearest elements of that name, through content controls and the like, never into another table."""
    pending = list(reversed(element))
    while pending:
        item = pending.pop()
        if item.tag == wanted:
            yield item
        elif item.tag not in (_TABLE, FALLBACK):
            pending.extend(reversed(item))


def rows_of(table: Any) -> Iterator[Any]:
    """The rows that stand when all changes are accepted."""
    for row in below(table, _ROW):
        if found_at(row, "trPr/del") is None:
            yield row


def cells_of(row: Any) -> Iterator[Any]:
    """The cells that stand when all changes are accepted."""
    for cell in below(row, _CELL):
        if found_at(cell, "tcPr/cellDel") is None:
            yield cell


def deleted_parts(table: Any) -> Iterator[Any]:
    """Rows and cells that a tracked change has deleted."""
    for row in below(table, _ROW):
        if found_at(row, "trPr/del") is not None:
            yield row
        else:
            yield from (cell for cell in below(row, _CELL) if found_at(cell, "tcPr/cellDel") is not None)


def is_layout(table: Any) -> bool:
    """Whether it only places things on the page: one column, or other tables inside."""
    if any(element is not table for element in table.iter(_TABLE)):
        return True
    return all(sum(1 for _ in cells_of(row)) < 2 for row in rows_of(table))  # noqa: PLR2004  one column


def grid_of(table: Any, text_of: Callable[[Any], Inline]) -> Grid:
    """The table on its grid; `text_of` is asked for each cell in document order."""
    rows: list[list[GivenCell]] = []
    above: dict[int, _Open] = {}
    for row in rows_of(table):
        rows.append([])
        above = _read_row(row, rows, above, text_of)
    return laid_out(rows)


def _read_row(
    row: Any, rows: list[list[GivenCell]], above: dict[int, _Open], text_of: Callable[[Any], Inline]
) -> dict[int, _Open]:
    """Add the cells of one row to the last of `rows`; what may go on below, by column."""
    cells, number = rows[-1], len(rows) - 1
    is_header = is_on(row, "trPr/tblHeader")
    column = _count(value_at(row, "trPr/gridBefore"), 0)
    if column:
        cells.append(GivenCell("", column_span=column))
    going_on: dict[int, _Open] = {}
    for cell in cells_of(row):
        width, text = _count(value_at(cell, "tcPr/gridSpan"), 1), text_of(cell)
        merge = found_at(cell, "tcPr/vMerge")
        top = above.get(column)
        if found_at(cell, "tcPr/hMerge") is not None and value_at(cell, "tcPr/hMerge") != "restart" and cells:
            cells[-1] = _joined(cells[-1], text)._replace(column_span=cells[-1].column_span + 1)
        elif merge is not None and merge.get(W + "val") != "restart" and top and top.width == width:
            first = rows[top.row][top.place]
            rows[top.row][top.place] = _joined(first, text)._replace(row_span=number - top.row + 1)
            going_on[column] = top
        else:
            if merge is not None:
                going_on[column] = _Open(number, len(cells), width)
            cells.append(GivenCell(text.text, 1, width, is_header, text.reaches))
        column += width
    return going_on


def _joined(cell: GivenCell, text: Inline) -> GivenCell:
    whole = joined([Inline(cell.text, cell.reaches), text], " ").stripped()
    return cell._replace(text=whole.text, reaches=whole.reaches)


def _count(text: str | None, default: int) -> int:
    return min(number_of(text, default), _WIDEST) or default
