"""Tables of typewriters: lines of hyphens are rules, not cells."""

from reportlab.pdfgen.canvas import Canvas

from tests.unit.extraction.samples import write
from tests.unit.extraction.tables.sheets import read, texts

LINE = "-" * 20 + " " + "-" * 14 + " " + "-" * 9
ROWS = [
    ("PRODUCT", "DENOMINATION", "ACCOUNT"),
    ("Select Card", "25 Points", "8684"),
    ("Fill Up", "50 Points", "8685"),
]


def test_rows_between_lines_of_hyphens_are_one_table_with_its_header() -> None:
    def draw(canvas: Canvas) -> None:
        lines = ["", LINE]
        for name, worth, number in ROWS:
            lines += [f"{name:<21}{worth:<15}{number}", LINE, ""]
        write(canvas, lines, font="Courier")

    document = read(draw)
    (found,) = document.tables
    assert texts(document, found) == [list(row) for row in ROWS]
    assert found.header_rows == 1
    assert document.text.count("-" * 20) == 4


def test_a_line_of_hyphens_below_the_header_only() -> None:
    def draw(canvas: Canvas) -> None:
        lines = [f"{name:<21}{worth:<15}{number}" for name, worth, number in ROWS]
        write(canvas, [lines[0], LINE, *lines[1:], *lines[1:]], font="Courier")

    document = read(draw)
    (found,) = document.tables
    assert texts(document, found) == [list(row) for row in (*ROWS, *ROWS[1:])]


def test_lines_to_sign_on_are_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        for n, name in enumerate(("By:", "Name:", "Title:")):
            write(canvas, [f"{name:<32}{name}", f"{'-' * 30}  {'-' * 30}"], top=100 + 40 * n, font="Courier")

    document = read(draw)
    assert document.tables == ()
