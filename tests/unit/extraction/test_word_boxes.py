"""The box of a word holds its glyphs: each word is drawn once more, alone, and looked for in the picture."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from models.document import Document
from models.geometry import Box, bounds
from services.extraction.extract import extract
from tests.support.pictures import inks, opened

OVERHANG = 0.12
"""Times the box's smaller side that ink may reach out of it: boxes are as wide as the type advances, and the
tail of a j or the head of an italic f hangs over that; half a pixel is antialiasing."""

SIZE = 12.0
TALLEST = 1.6
"""Times the size of its type that the box of an upright word may be tall."""

LINES = (
    "The quick brown fox jumps over",
    "lazy dogs while Gypsy judges",
    "vexed by Phlegmatic wizards",
    "quietly adjust (typed) glyphs",
    "mapping & symbols beyond question.",
)

Matrix = tuple[float, float, float, float, float, float]
Finish = Callable[[Any], None]
UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Placed:
    """A word as it is drawn: where its baseline begins, in points from the bottom left of the sheet."""

    text: str
    x: float
    y: float
    font: str = "Times-Roman"


def lines(
    texts: Sequence[str], *, x: float = 150, top: float = 600, font: str = "Times-Roman"
) -> list[Placed]:
    """Lines of words, each drawn for itself."""
    found = []
    for row, text in enumerate(texts):
        across = x
        for word in text.split():
            found.append(Placed(word, across, top - 1.3 * SIZE * row, font))
            across += stringWidth(f"{word} ", font, SIZE)
    return found


def drawn(pages: Iterable[Sequence[Placed]], matrix: Matrix, finish: Finish | None) -> bytes:
    """A PDF with these words on its pages; `finish` turns or crops every page."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(612, 792), pageCompression=0)
    for words in pages:
        canvas.transform(*matrix)
        for word in words:
            canvas.setFont(word.font, SIZE)
            canvas.drawString(word.x, word.y, word.text)
        canvas.showPage()
    canvas.save()
    if finish is None:
        return buffer.getvalue()
    with opened(buffer.getvalue()) as document:
        for page in document:
            finish(page)
        return bytes(document.tobytes())


def turned(degrees: int) -> Finish:
    return lambda page: page.set_rotation(degrees)


def cropped(page: Any) -> None:
    page.set_cropbox((90, 120, 500, 700))


def cropped_and_turned(page: Any) -> None:
    cropped(page)
    page.set_rotation(270)


def with_units(page: Any) -> None:
    page.parent.xref_set_key(page.xref, "UserUnit", "2.5")


def off_origin(page: Any) -> None:
    """A sheet whose lower left corner is not (0, 0)."""
    page.parent.xref_set_key(page.xref, "MediaBox", "[-60 -40 560 760]")


COLUMNS = [*lines(LINES[:4], x=80), *lines(LINES[1:], x=330)]
STYLES = [
    *lines(LINES[:2], font="Times-Italic"),
    *lines(LINES[2:], top=560, font="Courier-Bold"),
]

CASES: dict[str, tuple[list[Placed], Matrix, Finish | None]] = {
    "plain": (lines(LINES), UPRIGHT, None),
    "two columns": (COLUMNS, UPRIGHT, None),
    "italic and typewriter": (STYLES, UPRIGHT, None),
    "page turned by 90": (lines(LINES), UPRIGHT, turned(90)),
    "page turned by 180": (lines(LINES), UPRIGHT, turned(180)),
    "page turned by 270": (lines(LINES), UPRIGHT, turned(270)),
    "text turned by 90": (lines(LINES), (0, 1, -1, 0, 700, 0), None),
    "text turned by 90 on a page turned by 90": (lines(LINES), (0, 1, -1, 0, 700, 0), turned(90)),
    "upside down": (lines(LINES), (-1, 0, 0, -1, 612, 792), None),
    "slanted": (lines(LINES), (1, 0, 0.25, 1, -100, 0), None),
    "turned by three degrees": (lines(LINES), (0.99863, 0.05234, -0.05234, 0.99863, 0, 0), None),
    "stretched": (lines(LINES), (1.4, 0, 0, 0.9, -120, 0), None),
    "cropped": (lines(LINES), UPRIGHT, cropped),
    "cropped and turned": (lines(LINES), UPRIGHT, cropped_and_turned),
    "user units": (lines(LINES), UPRIGHT, with_units),
    "origin elsewhere": (lines(LINES), UPRIGHT, off_origin),
}


@pytest.fixture(params=list(CASES), name="case")
def _case(request: pytest.FixtureRequest) -> tuple[list[Placed], Matrix, Finish | None]:
    return CASES[request.param]


def test_the_box_of_every_word_holds_its_ink(case: tuple[list[Placed], Matrix, Finish | None]) -> None:
    words, matrix, finish = case
    document = extract(drawn([words], matrix, finish))
    alone = inks(drawn([[word] for word in words], matrix, finish))
    seen = sorted((word.text, box) for word, box in zip(words, alone, strict=True))
    boxes = sorted(texts_and_boxes(document))
    assert [text for text, _ in boxes] == [text for text, _ in seen]
    for (text, box), (_, glyphs) in zip(boxes, seen, strict=True):
        assert glyphs is not None
        slack = OVERHANG * min(box.width, box.height)
        assert box.contains(glyphs, slack=slack), (text, box, glyphs)


def test_the_box_of_an_upright_word_is_little_more_than_its_line(
    case: tuple[list[Placed], Matrix, Finish | None],
) -> None:
    words, matrix, finish = case
    if matrix is not UPRIGHT or finish is with_units:
        pytest.skip("boxes of skewed and scaled words are as large as they must be")
    document = extract(drawn([words], matrix, finish))
    assert all(min(box.width, box.height) < TALLEST * SIZE for _, box in texts_and_boxes(document))


def test_no_ink_is_outside_all_words(case: tuple[list[Placed], Matrix, Finish | None]) -> None:
    words, matrix, finish = case
    data = drawn([words], matrix, finish)
    around = bounds([box for _, box in texts_and_boxes(extract(data))])
    everything = inks(data)[0]
    assert everything is not None
    assert around.contains(everything, slack=OVERHANG * SIZE)


def texts_and_boxes(document: Document) -> Iterator[tuple[str, Box]]:
    for word in document.words:
        yield word.span.of(document.text), word.box
