"""Pages without tables on which one could be seen."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.document import BlockKind
from tests.unit.extraction.samples import HEIGHT, SENTENCES, Draw, heading, write
from tests.unit.extraction.tables.sheets import read, texts


def prose(canvas: Canvas) -> None:
    write(canvas, [*SENTENCES] * 6)


def two_columns(canvas: Canvas) -> None:
    for x in (72, 330):
        write(canvas, [f"the column at {x} has line {n} here" for n in range(30)], x=x)


def framed_prose(canvas: Canvas) -> None:
    canvas.rect(60, HEIGHT - 400, 480, 320)
    canvas.line(60, HEIGHT - 120, 540, HEIGHT - 120)
    heading(canvas, "A box of text", top=110, size=12)
    write(canvas, [*SENTENCES] * 3, top=140)


def formulas(canvas: Canvas) -> None:
    for n in range(12):
        top = 100 + 50 * n
        write(canvas, ["we find for all of the values below that the sum is"], top=top)
        write(canvas, [f"f(x, {n}) = a x + b,"], x=200, top=top + 16)
        write(canvas, [f"({n + 1}a)"], x=500, top=top + 16)
        write(canvas, [f"g(x, {n}) = c y - d."], x=200, top=top + 32)
        write(canvas, [f"({n + 1}b)"], x=500, top=top + 32)


def code(canvas: Canvas) -> None:
    for n in range(20):
        write(canvas, [f"{n + 1}"], x=72, top=100 + 14 * n, font="Courier")
        write(canvas, [f"call the_function of {'it' * (n % 4)}"], x=110, top=100 + 14 * n, font="Courier")


def items(canvas: Canvas) -> None:
    for n in range(12):
        write(canvas, [f"({'abcdefghijkl'[n]})"], x=72, top=100 + 14 * n)
        write(canvas, [f"the {n}th of the duties of the tenant"], x=130, top=100 + 14 * n)


def contents(canvas: Canvas) -> None:
    for n in range(14):
        write(canvas, [f"Chapter of name {n} {'. ' * 30}"], x=72, top=100 + 14 * n)
        write(canvas, [str(3 * n + 1)], x=480, top=100 + 14 * n)


def signatures(canvas: Canvas) -> None:
    for n, line in enumerate(["By: ------------------", "Name: ----------------", "Title: ---------------"]):
        write(canvas, [line], x=72, top=100 + 30 * n)
        write(canvas, [line], x=330, top=100 + 30 * n)


def numbered_beside_headings(canvas: Canvas) -> None:
    """Row by row, as a reader of pictures gives columns, and with lines too ragged to be told as text."""
    terms = ("area", "board of the fund", "fund for new homes", "developer")
    for n in range(16):
        write(
            canvas,
            [("Chapter", "General rules of it", "Definitions of the terms", "Scope")[n % 4]],
            top=100 + 14 * n,
        )
        number = f"({n + 10}) " if n % 2 else ""
        write(
            canvas,
            [f"{number}“{terms[n % 4]}” means what is meant by it"[: 24 + 14 * (n % 3)]],
            x=330,
            top=100 + 14 * n,
        )


@pytest.mark.parametrize(
    "draw",
    [prose, numbered_beside_headings, two_columns, framed_prose, formulas, code, items, contents, signatures],
    ids=lambda f: f.__name__,
)
def test_pages_without_tables(draw: Draw) -> None:
    document = read(draw)
    assert [texts(document, found) for found in document.tables] == []
    assert not any(block.kind is BlockKind.TABLE for block in document.blocks)
