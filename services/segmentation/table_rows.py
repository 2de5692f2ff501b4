"""The rows and cells of a table as they stand in the text, and its header above a place."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from models.document import Document
from models.span import Span
from models.table import Table


class TableRow(NamedTuple):
    """The text of a row, marks around its cells included, and its number in the grid."""

    span: Span
    row: int


def rows(text: str, table: Table) -> Iterator[TableRow]:
    """The rows that have text; together they are all the text of the table's blocks."""
    for part in table.spans:
        first: dict[int, int] = {}
        for cell in table.cells:
            if part.contains(cell.span):
                first.setdefault(cell.row, cell.span.start)
        starts = [part.start, *(_line_start(text, *pair) for pair in pairwise(first.values()))]
        for number, (start, end) in zip(first or (0,), pairwise([*starts, part.end]), strict=True):
            yield TableRow(Span(start, end).trimmed(text), number)


def cells(table: Table, within: Span) -> list[int]:
    """Where the cells inside the span begin."""
    return [cell.span.start for cell in table.cells if within.contains(cell.span)]


def header_rows(table: Table) -> int:
    """How many rows are header; none where there is nothing else."""
    return table.header_rows if table.header_rows < table.rows else 0


def header_above(document: Document, offset: int) -> tuple[Span, ...]:
    """The header rows, as far as they stand before the offset, of the table that the offset is inside of."""
    table = document.table_at(offset)
    if table is None or offset <= table.spans[0].start:
        return ()
    count = header_rows(table)
    header = (row.span for row in rows(document.text, table) if row.row < count)
    return tuple(Span(span.start, min(span.end, offset)) for span in header if span.start < offset)


def _line_start(text: str, above: int, offset: int) -> int:
    """Where the line of the offset begins, if that is below the other one's; else the offset."""
    return max(text.rfind("\n", above, offset), text.rfind("\r", above, offset)) + 1 or offset
