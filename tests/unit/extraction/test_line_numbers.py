"""Line numbers are taken out and declared; columns of ordinals stay."""

from itertools import count

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.document import Document, DropReason
from models.geometry import Box
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.line_numbers import without_line_numbers
from services.extraction.raw import RawLine, RawPage, RawWord, Style
from tests.support.counting import lines_run
from tests.unit.extraction.samples import SENTENCES, Draw, pdf, write

ROWS = (SENTENCES * 8)[:30]


def read(*pages: Draw) -> Document:
    document = extract(pdf(*pages))
    check_document(document)
    return document


def declared(document: Document) -> dict[int, str]:
    return {drop.page or 0: drop.text for drop in document.drops if drop.reason is DropReason.LINE_NUMBER}


def numbered(first: int, rows: int, *, step: int = 1, x: float = 50, to: int = 0) -> Draw:
    def draw(canvas: Canvas) -> None:
        write(canvas, ROWS[:rows], x=100)
        for n in range(first, (to or first + rows)):
            if n % step == 0:
                canvas.drawRightString(x, 792 - 100 - 14 * (n - first), str(n))

    return draw


@pytest.mark.parametrize("starts", [(1, 1, 1), (1, 31, 61)])
def test_numbers_of_lines_are_declared_whether_pages_start_anew_or_count_on(starts: tuple[int, ...]) -> None:
    document = read(*(numbered(first, 30) for first in starts))
    assert declared(document) == {
        page: " ".join(map(str, range(first, first + 30))) for page, first in enumerate(starts, 1)
    }
    assert document.text.split() == [word for _ in starts for row in ROWS for word in row.split()]


def test_numbers_of_every_fifth_line_are_declared() -> None:
    document = read(*[numbered(1, 30, step=5)] * 2)
    assert declared(document) == dict.fromkeys((1, 2), "5 10 15 20 25 30")


def test_the_last_page_may_have_one_line() -> None:
    document = read(numbered(1, 30), numbered(1, 30), numbered(1, 1))
    assert declared(document)[3] == "1"


def test_pleading_paper_numbers_its_lines_whatever_is_written_on_them() -> None:
    document = read(*[numbered(1, 20, to=29)] * 2)
    assert declared(document)[2].endswith("26 27 28")


def test_the_gutter_between_two_columns_may_have_the_numbers() -> None:
    narrow = ["the claimed device has", "a lever and a spring", "that is set against it"] * 10

    def draw(canvas: Canvas) -> None:
        write(canvas, narrow, x=100)
        write(canvas, narrow, x=330)
        for n in range(5, 31, 5):
            canvas.drawCentredString(270, 792 - 100 - 14 * (n - 1), str(n))

    document = read(draw, draw)
    assert declared(document) == dict.fromkeys((1, 2), "5 10 15 20 25 30")


def test_ordinals_of_a_table_are_no_line_numbers() -> None:
    def page(first: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            for n in range(30):
                write(canvas, [str(first + n)], x=72, top=100 + 14 * n)
                write(canvas, [f"goods of kind {n}"], x=110, top=100 + 14 * n)
                write(canvas, [f"{n * 7} pieces"], x=330, top=100 + 14 * n)

        return draw

    assert not declared(read(page(1), page(31)))


def test_ordinals_of_items_are_no_line_numbers() -> None:
    names = [f"{name} of the town, {n} years" for n, name in zip(range(30), ("Ann", "Bob") * 15, strict=True)]

    def draw(canvas: Canvas) -> None:
        for n, name in enumerate(names, 1):
            write(canvas, [str(n)], x=72, top=100 + 14 * n)
            write(canvas, [name], x=110, top=100 + 14 * n)

    assert not declared(read(draw, draw))


def test_numbers_within_the_text_stay() -> None:
    numbers = count(1)

    def draw(canvas: Canvas) -> None:
        write(canvas, [f"{next(numbers)} {row}" for row in ROWS])

    assert not declared(read(draw, draw))


def counting_columns(count: int) -> RawPage:
    """A dense table: every other column counts its 30 rows."""
    lines = []
    for row in range(30):
        for column in range(count):
            box = Box(10 + 50 * column, 10 + 9 * row, 30 + 50 * column, 18 + 9 * row)
            word = RawWord(str(row + 1) if column % 2 == 0 else "word", box)
            lines.append(RawLine((word,), box, Style(8.0)))
    return RawPage(1, 60.0 + 50 * count, 300.0, tuple(lines))


def test_the_work_for_a_page_full_of_counting_columns_grows_as_it_does() -> None:
    small, large = counting_columns(20), counting_columns(80)
    once = lines_run(lambda: without_line_numbers([small]))
    assert lines_run(lambda: without_line_numbers([large])) < 6 * once
