"""The cells of a Markdown table, where the source has them."""

from models.span import Span
from models.table import Cell, Table


class Rows:
    """Takes the cells and ends of rows of one table in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cells: list[Cell] = []
        self._row: list[Cell] = []
        self._rows = self._columns = self._column = 0

    def cell(self, span: Span) -> None:
        """The next cell of the row, without white space; an empty one only takes its place."""
        if span.start < span.end:
            self._row.append(Cell(span, self._rows, self._column))
        self._column += 1

    def end(self, span: Span, *, is_header: bool) -> None:
        """The end of a row; what it has beyond the last column goes to its last cell."""
        written = span.of(self._text)
        if written.endswith("|") and not written.endswith("\\|"):
            written = written[:-1].rstrip()
        end = span.start + len(written)
        if self._row:
            last = self._row[-1]
            self._row[-1] = last._replace(span=Span(last.span.start, max(end, last.span.end)))
        elif any(map(str.isalnum, written)):
            self._row.append(Cell(Span(span.start, end), self._rows, 0))
        self._cells.extend(cell._replace(is_header=is_header) for cell in self._row)
        self._row.clear()
        self._columns = max(self._columns, self._column, 1)
        self._column = 0
        self._rows += 1

    def table(self, span: Span) -> list[Table]:
        """The table that stands at `span`; none without text."""
        return [Table((span,), self._rows, self._columns, tuple(self._cells))] if self._cells else []
