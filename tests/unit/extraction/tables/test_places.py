"""Tables where they stand: in columns, beside each other, on turned pages, among shapes."""

from dataclasses import replace

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.geometry import Box, bounds
from services.extraction.paged import read_paper
from services.extraction.pdf import read_pdf
from services.extraction.raw import RawLine, RawPage, RawPaper, RawWord, Style
from services.extraction.tables.page import without_tabular
from tests.unit.extraction.samples import HEIGHT, WIDTH, pdf, write
from tests.unit.extraction.tables.sheets import PITCH, ROWS, grid, listed, only, read, table, texts


def test_a_table_in_one_of_two_columns_stays_in_it() -> None:
    xs = (330.0, 420.0, 480.0, 540.0)
    left = [f"the left column has some line {n}" for n in range(30)]

    def draw(canvas: Canvas) -> None:
        write(canvas, left)
        write(canvas, [f"the right column has line {n}" for n in range(4)], x=330)
        grid(canvas, len(ROWS), xs=xs, top=170)
        table(canvas, ROWS, xs=xs, top=170)
        write(canvas, [f"and it goes on with line {n}" for n in range(10)], x=330, top=290)

    document = read(draw)
    assert texts(document, only(document)) == listed(ROWS)
    order = [
        document.text.index(words) for words in (left[-1], "has line 3", "Austria", "goes on with line 0")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("ruled", [True, False])
def test_two_tables_side_by_side_are_two(ruled: bool) -> None:  # noqa: FBT001
    left = (60.0, 140.0, 200.0, 260.0)
    right = (340.0, 420.0, 480.0, 540.0)
    other = [("Colour", "Length", "Width"), *((f"kind {n}", str(n), str(70 * n)) for n in range(1, 5))]

    def draw(canvas: Canvas) -> None:
        for rows, xs in ((ROWS, left), (other, right)):
            if ruled:
                grid(canvas, len(rows), xs=xs)
            table(canvas, rows, xs=xs, right=True)

    document = read(draw)
    if ruled:
        assert [texts(document, found) for found in document.tables] == [listed(ROWS), listed(other)]
    else:
        words = {cell.span.of(document.text) for found in document.tables for cell in found.cells}
        assert words >= {word for row in (*ROWS, *other) for word in row}


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_table_on_a_turned_page(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        if turn % 180:
            canvas.setPageSize((HEIGHT, WIDTH))
        canvas.setPageRotation(turn)
        grid(canvas, len(ROWS))
        table(canvas, ROWS)

    document = read(draw)
    assert texts(document, only(document)) == listed(ROWS)


def test_a_table_that_is_drawn_up_the_page() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        grid(canvas, len(ROWS), top=200)
        table(canvas, ROWS, top=200)

    document = read(draw)
    found = only(document)
    assert texts(document, found) == listed(ROWS)
    first, below = (next(c for c in found.cells if c.row == row).box for row in (0, 1))
    assert first is not None
    assert below is not None
    assert first.height > first.width
    assert below.x0 > first.x0


def test_a_ruled_table_with_rounded_shapes_around_is_no_figure() -> None:
    def draw(canvas: Canvas) -> None:
        for n in range(4):
            canvas.circle(80 + 120 * n, HEIGHT - 96, 6, stroke=1, fill=1)
        grid(canvas, len(ROWS))
        table(canvas, ROWS)

    document = read(draw)
    assert texts(document, only(document)) == listed(ROWS)


def test_a_figure_that_reaches_into_a_table_ends_where_the_table_does() -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, len(ROWS))
        table(canvas, ROWS)

    (page,) = read_pdf(pdf(draw)).pages
    table_box = Box(72, 100, 440, 100 + PITCH * len(ROWS))
    below, above = Box(80, 150, 430, 400), Box(80, 20, 430, 130)
    apart, inside = Box(80, 500, 430, 600), Box(75, 105, 435, 100 + PITCH * len(ROWS))
    found = without_tabular(replace(page, figures=(below, above, apart, inside))).figures
    assert found == (below._replace(y0=table_box.y1), above._replace(y1=table_box.y0), apart)
    assert without_tabular(page) == page


def test_the_columns_of_a_table_in_hebrew_begin_on_the_right() -> None:
    rows = [("פריט", "כמות", "מחיר"), ("לחם שחור", "11", "3.40"), ("חלב", "25", "6.10"), ("תה", "7", "12")]
    lines = []
    for number, row in enumerate(rows):
        for edge, text in zip((500.0, 350.0, 250.0), row, strict=True):
            words: list[RawWord] = []
            for word in text.split():
                right = words[-1].box.x0 - 3 if words else edge
                box = Box(right - 6 * len(word), 90 + 18 * number, right, 100 + 18 * number)
                words.append(RawWord(word, box))
            lines.append(RawLine(tuple(words), bounds([word.box for word in words]), Style(10.0)))
    found = read_paper(RawPaper((RawPage(1, 600, 800, tuple(lines), drawn=True),)))
    (whole,) = found.tables
    cells = {(cell.row, cell.column): cell.span.of(found.text) for cell in whole.cells}
    assert cells == {(y, x): text for y, row in enumerate(rows) for x, text in enumerate(row)}
