"""Tables drawn with reportlab, and how they are read."""

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from models.document import Document
from models.laws import check_document
from models.table import Table
from services.extraction.extract import extract
from tests.unit.extraction.samples import HEIGHT, Draw, pdf

PITCH = 18.0
SIZE = 10.0

Rows = Sequence[Sequence[str]]


def read(*pages: Draw) -> Document:
    """The pages as a lawful document."""
    document = extract(pdf(*pages))
    check_document(document)
    return document


def table(
    canvas: Canvas,
    rows: Rows,
    *,
    xs: Sequence[float] = (72, 220, 330, 440),
    top: float = 100.0,
    bold: int = 0,
    right: bool = False,
) -> None:
    """Rows of cells whose text begins at the xs, or from the second column on ends before the next x."""
    for number, row in enumerate(rows):
        canvas.setFont("Helvetica-Bold" if number < bold else "Helvetica", SIZE)
        y = HEIGHT - top - PITCH * number - 12
        for column, text in enumerate(row):
            if right and column:
                canvas.drawRightString(xs[column + 1] - 6, y, text)
            else:
                canvas.drawString(xs[column] + 4, y, text)


def grid(
    canvas: Canvas,
    rows: int,
    *,
    xs: Sequence[float] = (72, 220, 330, 440),
    top: float = 100.0,
) -> None:
    """All lines of a ruled table of so many rows."""
    for number in range(rows + 1):
        across(canvas, top + PITCH * number, xs[0], xs[-1])
    for x in xs:
        down(canvas, x, top, top + PITCH * rows)


def across(canvas: Canvas, y: float, x0: float, x1: float) -> None:
    """A horizontal line, y from the page's top."""
    canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)


def down(canvas: Canvas, x: float, y0: float, y1: float) -> None:
    """A vertical line."""
    canvas.line(x, HEIGHT - y0, x, HEIGHT - y1)


def texts(document: Document, found: Table, *, header: bool | None = None) -> list[list[str]]:
    """The text of the cells row by row, empty where no cell begins; of header cells or of others only."""
    rows = [[""] * found.columns for _ in range(found.rows)]
    for cell in found.cells:
        if header is None or cell.is_header is header:
            rows[cell.row][cell.column] = cell.span.of(document.text)
    return rows if header is None else [row for row in rows if any(row)]


def spanning(document: Document, found: Table) -> list[tuple[str, int, int]]:
    """The cells over several places: text, rows, columns."""
    return [
        (cell.span.of(document.text), cell.row_span, cell.column_span)
        for cell in found.cells
        if cell.row_span > 1 or cell.column_span > 1
    ]


ROWS = [
    ("Country", "Imports", "Exports"),
    ("Austria", "92.9", "5,821"),
    ("Belgium", "0", "5,906"),
    ("Czech Republic", "99.2", "24,137"),
    ("Denmark", "10.0", "3,868"),
]


def only(document: Document) -> Table:
    (found,) = document.tables
    return found


def listed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(row) for row in rows]
