"""Pages as they are drawn, and the order in which they are read: every line begins with a tag (`a07`)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from random import Random

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from models.document import BlockKind, Document
from services.extraction.extract import extract
from tests.support.drawn import picture
from tests.support.scripts import downward, leftward
from tests.unit.extraction.samples import HEIGHT, WIDTH, heading, pdf

SIZE, PITCH = 9.0, 11.0
LEFT, RIGHT, GUTTER = 50.0, 562.0, 18.0
WORDS = (
    "of",
    "the",
    "goods",
    "and",
    "all",
    "that",
    "a",
    "buyer",
    "may",
    "ask",
    "for",
    "under",
    "this",
    "order",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text, from the page's upper edge."""

    tag: str
    x: float
    top: float
    width: float
    size: float = SIZE


def column(name: str, x: float, width: float, *, top: float = 80, count: int = 30) -> list[Piece]:
    """Full lines, the last one of them short."""
    whole = [Piece(f"{name}{n:02d}", x, top + PITCH * n, width) for n in range(count)]
    return [*whole[:-1], Piece(whole[-1].tag, x, whole[-1].top, width / 3)]


def columns(names: str, *, top: float = 80, count: int = 30) -> list[list[Piece]]:
    """As many columns as there are letters, side by side over the whole page."""
    width = (RIGHT - LEFT - GUTTER * (len(names) - 1)) / len(names)
    return [
        column(name, LEFT + n * (width + GUTTER), width, top=top, count=count) for n, name in enumerate(names)
    ]


def write(canvas: Canvas, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        canvas.setFont("Helvetica", piece.size)
        random, text = Random(piece.tag), piece.tag
        while True:
            longer = f"{text} {random.choice(WORDS)}"
            if canvas.stringWidth(longer, "Helvetica", piece.size) > piece.width:
                break
            text = longer
        canvas.drawString(piece.x, HEIGHT - piece.top, text)


def tags(document: Document) -> list[str]:
    return re.findall(r"\b[a-z]\d\d\b", document.text)


def named(pieces: Sequence[Piece]) -> list[str]:
    return [piece.tag for piece in pieces]


def read(draw: Callable[[Canvas], None]) -> Document:
    return extract(pdf(draw))


def by_rows(parts: Sequence[Sequence[Piece]]) -> list[Piece]:
    """As programs write that go down the page line by line over all columns."""
    return [piece for row in zip_longest(*parts) for piece in row if piece is not None]


@pytest.mark.parametrize("names", ["a", "ab", "abc", "abcd"])
@pytest.mark.parametrize("written", [by_rows, lambda parts: list(chain(*parts))], ids=["rows", "columns"])
def test_columns_are_read_one_after_the_other(
    names: str, written: Callable[[Sequence[Sequence[Piece]]], list[Piece]]
) -> None:
    parts = columns(names)
    found = read(lambda canvas: write(canvas, written(parts)))
    assert tags(found) == named([*chain(*parts)])
    assert sum(block.kind is BlockKind.TABLE for block in found.blocks) == 0


@pytest.mark.parametrize("names", ["ab", "abc"])
def test_a_heading_over_all_columns_stands_between_what_is_above_and_below(names: str) -> None:
    upper = columns(names, count=14)
    across = Piece("x00", LEFT, 80 + PITCH * 14 + 14, RIGHT - LEFT, 14.0)
    lower = columns(names.translate(str.maketrans("abc", "def")), top=80 + PITCH * 18, count=14)
    found = read(lambda canvas: write(canvas, [*chain(*upper), across, *chain(*lower)]))
    assert tags(found) == named([*chain(*upper), across, *chain(*lower)])


def test_a_title_over_the_columns_comes_first_and_a_line_below_them_last() -> None:
    title = Piece("t00", LEFT, 60, 400, 16.0)
    note = Piece("z00", LEFT, 460, RIGHT - LEFT)
    parts = columns("ab")
    found = read(lambda canvas: write(canvas, [*chain(*parts), note, title]))
    assert tags(found) == named([title, *chain(*parts), note])


def test_a_line_over_the_gutter_at_the_top_of_a_page_is_whole() -> None:
    """Two lines of an abstract's end, shorter than the page, over two columns."""
    above = [Piece("t00", LEFT, 60, 380), Piece("t01", LEFT, 60 + PITCH, 310)]
    parts = columns("ab", top=100)
    found = read(lambda canvas: write(canvas, [*above, *chain(*parts)]))
    assert tags(found) == named([*above, *chain(*parts)])
    assert next(block.span.of(found.text).count("t0") for block in found.blocks) == 2


@pytest.mark.parametrize("on_the_left", [True, False])
def test_a_sidebar_is_read_apart_from_the_text_beside_it(on_the_left: bool) -> None:  # noqa: FBT001
    narrow, wide = 110.0, 380.0
    bar_x = LEFT if on_the_left else LEFT + wide + GUTTER
    text_x = LEFT + narrow + GUTTER if on_the_left else LEFT
    bar = column("s", bar_x, narrow, count=12)
    text = column("a", text_x, wide, count=40)
    found = read(lambda canvas: write(canvas, [*bar, *text]))
    assert tags(found) == named([*bar, *text] if on_the_left else [*text, *bar])


def test_lines_beside_a_tall_picture_are_rows_of_their_own() -> None:
    lines = [Piece("t00", 260, 66, 120), Piece("t01", 180, 86, 280, 14.0), Piece("t02", 200, 106, 240)]

    def draw(canvas: Canvas) -> None:
        for x in (LEFT, 500):
            canvas.drawImage(ImageReader(picture(())), x, HEIGHT - 120, 60, 100)
        write(canvas, [*lines, *column("a", LEFT, 500, top=150)])

    assert tags(read(draw))[:3] == ["t00", "t01", "t02"]


def test_a_figure_inside_a_column_stands_where_it_is_drawn() -> None:
    left, right = columns("ab")
    upper, lower = left[:10], [piece for piece in left if piece.top > left[9].top + 130]

    def draw(canvas: Canvas) -> None:
        write(canvas, [*upper, *lower, *right])
        base = HEIGHT - upper[-1].top - 120
        path = canvas.beginPath()
        path.moveTo(LEFT + 20, base)
        for n in range(1, 8):
            path.curveTo(LEFT + 25 * n, base + 90, LEFT + 25 * n + 5, base + 5, LEFT + 25 * n + 10, base + 60)
        canvas.drawPath(path)
        canvas.line(LEFT + 10, base - 5, LEFT + 230, base - 5)
        canvas.line(LEFT + 10, base - 5, LEFT + 10, base + 100)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(LEFT + 90, base + 50, "f00 peak")

    found = read(draw)
    assert tags(found) == [*named(upper), "f00", *named(lower), *named(right)]
    assert [block.kind for block in found.blocks if "f00" in block.span.of(found.text)] == [BlockKind.FIGURE]


def test_a_table_inside_a_column_stays_between_the_lines_around_it() -> None:
    left, right = columns("ab")
    upper, lower = left[:10], [piece for piece in left if piece.top > left[9].top + 90]
    cells = [(f"g{row}{cell}", LEFT + 10 + 80 * cell, row) for row in range(4) for cell in range(3)]

    def draw(canvas: Canvas) -> None:
        write(canvas, [*upper, *lower, *right])
        top = HEIGHT - upper[-1].top - 10
        for n in range(5):
            canvas.line(LEFT + 5, top - 16 * n, LEFT + 240, top - 16 * n)
        for n in range(4):
            x = LEFT + 5 + 235 * n / 3
            canvas.line(x, top, x, top - 64)
        canvas.setFont("Helvetica", 8)
        for tag, x, row in cells:
            canvas.drawString(x, top - 16 * row - 11, f"{tag} {row * 7}.5")

    found = read(draw)
    assert tags(found) == [*named(upper), *(tag for tag, _, _ in cells), *named(lower), *named(right)]
    assert sum(block.kind is BlockKind.TABLE for block in found.blocks) == 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("of_page", [True, False], ids=["page", "text"])
def test_turned_pages_are_read_as_upright_ones(degrees: int, *, of_page: bool) -> None:
    """Turned by the page's own entry, or the text turned on a page that is upright."""
    parts = columns("ab", top=120)

    def draw(canvas: Canvas) -> None:
        if of_page:
            canvas.setPageRotation(degrees)
            canvas.translate(0, (WIDTH - HEIGHT) * (degrees % 180 != 0))  # the sheet lies on its side then
        else:
            canvas.translate(WIDTH / 2, HEIGHT / 2)
            canvas.rotate(degrees)
            canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        write(canvas, [*chain(*parts)])

    assert tags(read(draw)) == named([*chain(*parts)])


HEBREW = [
    "שלום לכל מי שקורא את המסמך הזה היום",
    "כאן כתוב שהקונה ישלם למוכר בתוך חודש",
    "ימים מיום שקיבל ממנו חשבון נכון ומלא",
    "ואם לא ישלם בזמן יוסיף עליו ריבית",
]


def test_lines_that_run_from_right_to_left_are_one_paragraph() -> None:
    found = extract(leftward((500, 700 - 14 * n, text) for n, text in enumerate(HEBREW)))
    assert [block.span.of(found.text) for block in found.blocks] == [" ".join(HEBREW)]


def test_of_two_columns_that_run_from_right_to_left_the_right_one_is_first() -> None:
    right = [(560, 700 - 14 * n, HEBREW[n % 4]) for n in range(8)]
    left = [(290, 700 - 14 * n, HEBREW[(n + 2) % 4]) for n in range(8)]
    found = extract(leftward([*right, *left]))
    assert " ".join(found.text.split()) == " ".join(text for _, _, text in (*right, *left))


def test_arabic_is_read_from_right_to_left() -> None:
    alphabet = "".join(chr(0x0621 + n) for n in range(27))
    lines = [f"{alphabet[:6]} {alphabet[6:9]} {alphabet[9:20]}", f"{alphabet[20:26]} {alphabet[4:20]}"]
    found = extract(leftward([(500, 700, lines[0]), (500, 686, lines[1])], 0x0621))
    assert " ".join(found.text.split()) == " ".join(lines)


def test_japanese_that_runs_down_is_read_from_the_right() -> None:
    texts = ["これは縦書きの文章です。", "右から左へ読みますので", "最後の行はここです。"]
    assert extract(downward(texts)).text.replace("\n", "") == "".join(texts)


def test_numbered_bold_lines_of_one_page_are_headings_and_turned_labels_far_apart_are_blocks() -> None:
    names = ("29. FINANCIAL INSTRUMENTS (continued)", "(b) Interest Rate Risk")
    labels = ((40, 200, "Turned label low"), (40, 600, "Turned label high"), (580, 400, "At the right"))

    def draw(canvas: Canvas) -> None:
        for n, name in enumerate(names):
            heading(canvas, name, top=80 + 120 * n, size=10)
            write(canvas, column("ab"[n], 72, 400, top=110 + 120 * n, count=6))
        canvas.setFont("Helvetica", 8)
        for x, y, text in labels:
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(90)
            canvas.drawString(0, 0, text)
            canvas.restoreState()

    found = read(draw)
    kinds = {block.span.of(found.text): block.kind for block in found.blocks}
    assert [kinds[name] for name in names] == [BlockKind.HEADING] * 2
    assert [kinds[text] for _, _, text in labels] == [BlockKind.PARAGRAPH] * 3


@pytest.mark.parametrize("above", [True, False])
def test_a_line_of_another_direction_is_read_first_only_above_the_text(*, above: bool) -> None:
    """A running head over a page of turned text, or a note beside it."""
    text = column("a", 100, 400, top=150)
    head = Piece("h00", 60, 40 if above else 400, 120)

    def draw(canvas: Canvas) -> None:
        write(canvas, [head])
        canvas.translate(0, HEIGHT)
        canvas.rotate(-90)
        canvas.translate(0, -100)
        write(canvas, text)

    expected = [head, *text] if above else [*text, head]
    assert tags(read(draw)) == named(expected)
