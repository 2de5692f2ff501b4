"""Tables found on drawn pages."""

from itertools import pairwise

from reportlab.pdfgen.canvas import Canvas

from tests.unit.extraction.samples import HEIGHT, write
from tests.unit.extraction.tables.sheets import (
    PITCH,
    ROWS,
    across,
    down,
    grid,
    listed,
    only,
    read,
    spanning,
    table,
    texts,
)

XS = (72.0, 220.0, 330.0, 440.0)


def test_a_ruled_table_has_its_cells_its_header_and_boxes_around_words() -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, len(ROWS))
        table(canvas, ROWS)

    document = read(draw)
    found = only(document)
    assert texts(document, found) == listed(ROWS)
    assert texts(document, found, header=True) == [list(ROWS[0])]
    for cell in found.cells:
        assert cell.page == 1
        assert cell.box is not None
        assert XS[cell.column] < cell.box.x0 < cell.box.x1 < XS[cell.column + 1]
        assert 100 + PITCH * cell.row < cell.box.y0 < cell.box.y1 < 100 + PITCH * (cell.row + 1)


def test_rows_of_rules_alone_and_no_rules_at_all() -> None:
    def booktabs(canvas: Canvas) -> None:
        table(canvas, ROWS, right=True)
        for y in (98, 100 + PITCH, 100 + PITCH * len(ROWS) + 2):
            across(canvas, y, 72, 440)

    def bare(canvas: Canvas) -> None:
        table(canvas, ROWS, right=True)

    for draw in (booktabs, bare):
        document = read(draw)
        assert texts(document, only(document)) == listed(ROWS)
        assert texts(document, only(document), header=True) == [list(ROWS[0])]


def test_lines_between_columns_only_and_lines_between_rows_only() -> None:
    def columns(canvas: Canvas) -> None:
        table(canvas, ROWS)
        for x in XS:
            down(canvas, x, 100, 100 + PITCH * len(ROWS))
        for y in (100, 100 + PITCH, 100 + PITCH * len(ROWS)):
            across(canvas, y, 72, 440)

    def rows(canvas: Canvas) -> None:
        table(canvas, ROWS)
        for n in range(len(ROWS) + 1):
            across(canvas, 100 + PITCH * n, 72, 440)

    for draw in (columns, rows):
        document = read(draw)
        assert texts(document, only(document)) == listed(ROWS)


def test_a_frame_and_lines_under_the_header_alone() -> None:
    """As many offices draw them: the header's cells are parted, the rows below are not."""

    def draw(canvas: Canvas) -> None:
        table(canvas, ROWS)
        grid(canvas, 1)
        for x in (XS[0], XS[-1]):
            down(canvas, x, 100, 100 + PITCH * len(ROWS))
        for n in range(len(ROWS) + 1):
            across(canvas, 100 + PITCH * n, 72, 440)

    document = read(draw)
    assert texts(document, only(document)) == listed(ROWS)


def test_spanning_cells_of_a_ruled_table() -> None:
    rows = [("Name", "Sums", ""), ("", "net", "gross"), ("a", "1", "2"), ("", "3", "4"), ("total", "", "")]

    def draw(canvas: Canvas) -> None:
        table(canvas, rows)
        for y, x0, x1 in (
            (0, 72, 440),
            (1, 220, 440),
            (2, 72, 440),
            (3, 220, 440),
            (4, 72, 440),
            (5, 72, 440),
        ):
            across(canvas, 100 + PITCH * y, x0, x1)
        for x, y0, y1 in ((72, 0, 5), (220, 0, 4), (330, 1, 4), (440, 0, 5)):
            down(canvas, x, 100 + PITCH * y0, 100 + PITCH * y1)

    document = read(draw)
    found = only(document)
    assert texts(document, found)[:2] == [["Name", "Sums", ""], ["", "net", "gross"]]
    assert spanning(document, found)[:3] == [("Name", 2, 1), ("Sums", 1, 2), ("a", 2, 1)]
    assert found.header_rows == 2


def test_a_header_over_two_rows_without_lines_between_columns() -> None:
    rows = [("1996", "17.1", "15.5", "16.8", "15.2"), ("1997", "16.3", "15.0", "16.1", "14.7")] * 4
    xs = (72, 200, 280, 360, 440, 520)

    def draw(canvas: Canvas) -> None:
        across(canvas, 100, 72, 520)
        table(canvas, [("", "  Public schools", "", "  Private schools", "")], xs=xs, top=100)
        across(canvas, 118, 210, 350)
        across(canvas, 118, 370, 510)
        table(canvas, [("Year", "Total", "Large", "Total", "Large")], xs=xs, top=120, right=True)
        across(canvas, 138, 72, 520)
        table(canvas, rows, xs=xs, top=140, right=True)
        across(canvas, 142 + PITCH * len(rows), 72, 520)

    document = read(draw)
    found = only(document)
    assert found.header_rows == 2
    assert spanning(document, found) == [("Year", 2, 1), ("Public schools", 1, 2), ("Private schools", 1, 2)]
    assert texts(document, found) == listed(
        [
            ("Year", "Public schools", "", "Private schools", ""),
            ("", "Total", "Large", "Total", "Large"),
            *rows,
        ]
    )


def test_lines_of_one_cell_are_one_cell_and_figures_under_each_other_are_rows() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [("Kind of work", "Persons", "Days")], top=108)
        for x, lines in (
            (76, ["Sowing", "Reaping", "Mowing"]),
            (224, ["12", "40", "7"]),
            (334, ["9", "14", "3"]),
        ):
            write(canvas, lines, x=x, top=142)
        write(canvas, ["Winter work in the", "barn and the yard"], x=76, top=192)
        write(canvas, ["8"], x=224, top=192)
        write(canvas, ["60"], x=334, top=192)
        for edge in XS:
            down(canvas, edge, 100, 214)
        for y in (100, 130, 180, 214):
            across(canvas, y, 72, 440)

    document = read(draw)
    rows = texts(document, only(document))
    assert rows[1:] == listed(
        [
            ("Sowing", "12", "9"),
            ("Reaping", "40", "14"),
            ("Mowing", "7", "3"),
            ("Winter work in the barn and the yard", "8", "60"),
        ]
    )


def test_words_below_free_space_in_ruled_cells_are_rows() -> None:
    cells = (
        ["Stationary:", "", "Major", "", "", "Area", ""],
        ["", "", "More than ten tons", "a year of one toxic", "", "Less than ten tons", "a year of each"],
        ["", "", "Refineries", "", "", "Dry cleaners and", "gas stations"],
    )

    def draw(canvas: Canvas) -> None:
        table(canvas, [("Source", "Meaning", "Examples")])
        for x, lines in zip(XS, cells, strict=False):
            write(canvas, lines, x=x + 4, top=132)
        for x in XS:
            down(canvas, x, 100, 230)
        for y in (100, 118, 230):
            across(canvas, y, 72, 440)

    document = read(draw)
    assert texts(document, only(document)) == listed(
        [
            ("Source", "Meaning", "Examples"),
            ("Stationary:", "", ""),
            ("Major", "More than ten tons a year of one toxic", "Refineries"),
            ("Area", "Less than ten tons a year of each", "Dry cleaners and gas stations"),
        ]
    )


def test_shades_inside_cells_and_double_lines_add_no_columns_and_rows() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.8, 1, 0.8)
        for n in range(len(ROWS)):
            for x0, x1 in pairwise(XS):
                canvas.rect(x0 + 5, HEIGHT - 100 - PITCH * n - 9, x1 - x0 - 10, 8, stroke=0, fill=1)
                canvas.rect(x0 + 5, HEIGHT - 100 - PITCH * n - 17, x1 - x0 - 10, 8, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        grid(canvas, len(ROWS))
        grid(canvas, len(ROWS), xs=[x + 2 for x in XS], top=102)
        table(canvas, ROWS)

    document = read(draw)
    assert texts(document, only(document)) == listed(ROWS)


def test_a_table_begins_below_its_caption() -> None:
    def draw(canvas: Canvas) -> None:
        write(
            canvas,
            ["Table 4.       Imports and exports of the countries of Europe, in the", "years named"],
            top=80,
        )
        across(canvas, 98, 72, 440)
        table(canvas, ROWS, right=True)
        across(canvas, 100 + PITCH, 72, 440)

    document = read(draw)
    assert texts(document, only(document)) == listed(ROWS)
