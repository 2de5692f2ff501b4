"""Pages as magazines have them: an article in columns, and beside or in it a box with a story of its own."""

import io
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from models.geometry import Box

FONT, BOLD, SIZE, LEADING = "Times-Roman", "Times-Bold", 9.5, 11.5
MARGIN, GUTTER, INSET = 48.0, 16.0, 8.0
BOX_PARAGRAPHS = 3
WIDTH, HEIGHT = A4


class Magazine(NamedTuple):
    """One page as a PDF file, and where its box is (points from the top left)."""

    pdf: bytes
    box: Box


class _Column(NamedTuple):
    left: float
    top: float
    width: float
    bottom: float


def magazines(articles: Sequence[Sequence[str]], count: int, seed: int = 7) -> list[Magazine]:
    """Pages of paragraphs; the box on each is of another article than what flows around it."""
    chance = random.Random(seed)
    return [_page(chance, articles, number) for number in range(count)]


def _page(chance: random.Random, articles: Sequence[Sequence[str]], number: int) -> Magazine:
    body, aside = chance.sample(range(len(articles)), 2)
    columns, box = _layout(chance, number)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    canvas.setFont(BOLD, 16)
    canvas.drawString(MARGIN, HEIGHT - MARGIN - 16, f"{' '.join(articles[body][0].split()[:5])}")
    if number % 3 != 1:
        canvas.setFillGray(0.9)
        canvas.rect(box.x0, HEIGHT - box.y1, box.width, box.height, stroke=number % 3 == 2, fill=1)
        canvas.setFillGray(0)
    inner = _Column(box.x0 + INSET, box.y0 + INSET, box.width - 2 * INSET, box.y1 - INSET)
    _flow(
        canvas,
        [inner],
        [" ".join(articles[aside][0].split()[:4]), *articles[aside][:BOX_PARAGRAPHS]],
        title=True,
    )
    _flow(canvas, columns, articles[body])
    canvas.save()
    return Magazine(buffer.getvalue(), box)


def _layout(chance: random.Random, number: int) -> tuple[list[_Column], Box]:
    """Columns in reading order, and the box they leave free."""
    top, bottom = MARGIN + 30, HEIGHT - MARGIN
    wide = WIDTH - 2 * MARGIN
    kind = number % 4
    if kind == 0:  # a column of its own beside the article
        side = wide * 0.32
        box = Box(WIDTH - MARGIN - side, top + chance.uniform(0, 150), WIDTH - MARGIN, top + 430)
        return [_Column(MARGIN, top, wide - side - GUTTER, bottom)], box
    columns = 3 if kind == 3 else 2
    width = (wide - (columns - 1) * GUTTER) / columns
    lefts = [MARGIN + i * (width + GUTTER) for i in range(columns)]
    height = 210 if columns == 2 else 290
    if kind == 1:  # in the middle of the second column
        y0 = top + chance.uniform(120, 300)
        box = Box(lefts[1], y0, lefts[1] + width, y0 + height)
        parts = [(lefts[0], top, bottom), (lefts[1], top, y0 - 10), (lefts[1], box.y1 + 10, bottom)]
    elif kind == 2:  # across both columns, at the foot of the page
        box = Box(MARGIN, bottom - 150, WIDTH - MARGIN, bottom)
        parts = [(left, top, box.y0 - 12) for left in lefts]
    else:  # at the head of the middle column
        box = Box(lefts[1], top, lefts[1] + width, top + height)
        parts = [(lefts[0], top, bottom), (lefts[1], box.y1 + 10, bottom), (lefts[2], top, bottom)]
    return [_Column(left, start, width, end) for left, start, end in parts], box


def _flow(
    canvas: Canvas, columns: Sequence[_Column], paragraphs: Sequence[str], *, title: bool = False
) -> None:
    """Paragraphs one after the other, through the columns until these are full."""
    rest = iter(columns)
    column = next(rest)
    y = column.top + SIZE
    for number, paragraph in enumerate(paragraphs):
        font = BOLD if title and number == 0 else FONT
        for line in _lines(paragraph, font, column.width):
            if y > column.bottom:
                following = next(rest, None)
                if following is None:
                    return
                column, y = following, following.top + SIZE
            canvas.setFont(font, SIZE)
            canvas.drawString(column.left, HEIGHT - y, line)
            y += LEADING
        y += LEADING * 0.5


def _lines(paragraph: str, font: str, width: float) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, font, SIZE) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line
