"""Tables that go on overleaf."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.document import Document, DropReason
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from tests.unit.extraction.samples import HEIGHT, SENTENCES, Draw, heading, write
from tests.unit.extraction.tables.sheets import grid, read, table, texts

HEADER = ("Article", "Amount", "Price")
XS = (72.0, 220.0, 330.0, 440.0)
ROWS = [(f"item {n}", str(7 * n), f"{n}.50") for n in range(60)]


def part(
    rows: Sequence[Sequence[str]],
    *,
    header: Sequence[str] | None = HEADER,
    ruled: bool = True,
    xs: Sequence[float] = XS,
    caption: str = "",
    foot: str = "",
) -> Draw:
    """A page with some rows of the table, a caption above it and words below it."""

    def draw(canvas: Canvas) -> None:
        shown = [*([header] if header else []), *rows]
        if caption:
            heading(canvas, caption, top=90, size=10)
        if ruled:
            grid(canvas, len(shown), xs=xs)
        table(canvas, shown, xs=xs, bold=bool(header), right=True)
        if foot:
            write(canvas, [foot], top=100 + 18 * len(shown) + 14)

    return draw


def repeated(document: Document) -> list[tuple[int | None, str]]:
    return [(d.page, d.text) for d in document.drops if d.reason is DropReason.REPEATED_TABLE_HEADER]


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("caption", ["", "Table 3. Prices (continued)", "Table 3. Prices"])
def test_parts_with_the_same_header_are_one_table_and_the_header_is_declared(
    ruled: bool,  # noqa: FBT001
    caption: str,
) -> None:
    pages = [
        part(
            ROWS[20 * n : 20 * n + 20],
            ruled=ruled,
            caption=(caption if n else "Table 3. Prices") * bool(caption),
        )
        for n in range(3)
    ]
    document = read(*pages)
    (found,) = document.tables
    assert texts(document, found) == [list(row) for row in (HEADER, *ROWS)]
    assert len(found.spans) == 3
    assert {cell.page for cell in found.cells} == {1, 2, 3}
    assert all(a.page <= b.page for a, b in pairwise(found.cells) if a.page and b.page)
    assert found.header_rows == 1
    assert repeated(document) == [(page, text) for page in (2, 3) for text in HEADER]
    assert [block.page for block in document.blocks if block.kind == "table"] == [1, 2, 3]


@pytest.mark.parametrize("ruled", [True, False])
def test_parts_without_header_are_one_table_where_the_columns_stand_alike(ruled: bool) -> None:  # noqa: FBT001
    document = read(part(ROWS[:30], ruled=ruled), part(ROWS[30:], header=None, ruled=ruled))
    (found,) = document.tables
    assert texts(document, found) == [list(row) for row in (HEADER, *ROWS)]
    assert texts(document, found, header=True) == [list(HEADER)]
    assert repeated(document) == []


def test_another_header_is_another_table() -> None:
    other = part(ROWS[30:], header=("Item", "Weight", "Length"))
    document = read(part(ROWS[:30]), other)
    assert [found.rows for found in document.tables] == [31, 31]
    assert repeated(document) == []


def test_another_caption_is_another_table() -> None:
    document = read(
        part(ROWS[:30], caption="Table 3. Prices of a year"),
        part(ROWS[30:], caption="Table 4. Prices of another"),
    )
    assert [found.rows for found in document.tables] == [31, 31]


def test_other_columns_are_another_table() -> None:
    moved = part(ROWS[30:], header=None, xs=(72, 120, 180, 500))
    assert len(read(part(ROWS[:30]), moved).tables) == 2


def test_running_text_between_ends_a_table() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES, top=600)
        part(ROWS[:20])(canvas)

    document = read(page, part(ROWS[20:40]))
    assert [found.rows for found in document.tables] == [21, 21]


def test_a_table_that_skips_a_page_is_another_table() -> None:
    document = read(part(ROWS[:30]), lambda canvas: write(canvas, SENTENCES), part(ROWS[30:]))
    assert len(document.tables) == 2


def test_words_that_say_that_it_goes_on_stay_text() -> None:
    document = read(part(ROWS[:30], foot="(continued on next page)"), part(ROWS[30:]))
    (found,) = document.tables
    assert found.rows == 61
    assert "(continued on next page)" in document.text


def test_chunks_of_later_pages_have_the_header_and_boxes_on_their_pages() -> None:
    document = read(part(ROWS[:30]), part(ROWS[30:]))
    parsed = parse_options({"tokenizer": "words", "max_tokens": 40})
    found = pipeline.chunk(document, parsed, Toolkit(Path("no-models-here")).tools(parsed)).chunks
    assert {chunk.context for chunk in found[1:]} == {"Article | Amount | Price"}
    assert {chunk.pages for chunk in found} >= {(1,), (2,)}
    assert all(box.box.y1 <= HEIGHT for chunk in found for box in chunk.boxes)
