"""Tables of shapes that break cutters: rows and headers above the cap, holes, cells over the cut."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from models.chunk import Chunk
from models.document import Block, BlockKind, Document
from models.span import Span
from models.table import Table
from services import pipeline
from services.extraction.grids import GivenCell, laid_out, placed
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options
from tests.support.strategies import tools_of

TOOLKIT = Toolkit(Path("no-models-here"))
HEADER = [GivenCell("Item", is_header=True), GivenCell("Price", is_header=True)]

Rows = Sequence[Sequence[GivenCell]]


def tabled(rows: Rows, before: str = "") -> Document:
    rendered, table = placed(laid_out(rows), len(before))
    assert isinstance(table, Table)
    blocks = [Block(span, BlockKind.TABLE) for span in table.spans]
    if before:
        blocks.insert(0, Block(Span(0, len(before.rstrip()))))
    return Document(before + rendered, "text/html", "0" * 64, tuple(blocks), tables=(table,))


def cut(document: Document, strategy: str = "recursive", size: int = 24, **options: object) -> list[Chunk]:
    """The chunks, held against all laws."""
    parsed = parse_options(
        {"strategy": strategy, "max_tokens": size, "tokenizer": "words", "overlap_tokens": 0, **options}
    )
    return list(pipeline.chunk(document, parsed, tools_of(TOOLKIT, parsed)).chunks)


def row(*texts: str) -> list[GivenCell]:
    return [GivenCell(text) for text in texts]


LONG = " ".join(f"word{n}" for n in range(200))
SHAPES: dict[str, Rows] = {
    "a row above the cap": [HEADER, row("a", "1"), row(LONG, "2"), row("c", "3")],
    "a header above the cap": [[GivenCell(LONG, is_header=True)], *(row(f"a{n}") for n in range(30))],
    "a header of one endless word": [[GivenCell("x" * 4000, is_header=True)], row("a"), row("b" * 4000)],
    "nothing but header": [[GivenCell(f"h{n}", is_header=True)] * 4 for n in range(30)],
    "holes": [HEADER, *(row("", str(n)) if n % 2 else row(f"a{n}", "") for n in range(60))],
    "empty rows": [HEADER, *(row("", "") if n % 3 else row(f"a{n}", "b") for n in range(60))],
    "one cell beside all rows": [HEADER, [GivenCell("all", row_span=0), GivenCell("0")], *[row("x y")] * 60],
    "cells over two rows": [
        HEADER,
        *([GivenCell(f"two {n}", row_span=2), GivenCell("1")] if n % 2 else row("2") for n in range(1, 60)),
    ],
    "cells over all columns": [
        HEADER,
        *([GivenCell(f"group {n}", column_span=2)] if n % 4 else row("a", "b") for n in range(60)),
    ],
    "one row": [row(*(f"cell {n}" for n in range(200)))],
    "one column": [row(f"cell {n}") for n in range(200)],
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [40, 160])
def test_the_laws_hold_and_ids_stay_the_same(shape: str, strategy: str, size: int) -> None:
    document = tabled(SHAPES[shape], "A sentence stands above it. " * 4 + "\n\n")
    found = cut(document, strategy, size, tokenizer="characters")
    assert len(found) > 1
    again = cut(document, strategy, size, tokenizer="characters")
    assert [chunk.id for chunk in again] == [chunk.id for chunk in found]


def test_a_row_above_the_cap_is_cut_and_every_piece_has_the_header() -> None:
    document = tabled(SHAPES["a row above the cap"])
    _, *later = cut(document)
    assert {chunk.context for chunk in later} == {"Item | Price"}
    assert {tuple(map(tuple, chunk.metadata["table_header"])) for chunk in later} == {((0, 12),)}


def test_a_header_above_the_cap_is_shown_as_far_as_a_quarter_of_the_cap_goes() -> None:
    document = tabled(SHAPES["a header above the cap"])
    last = cut(document, size=40)[-1]
    assert last.context == "word0 word1 word2 word3 word4 word5 word6 word7 word8 …"
    assert last.text(document.text).endswith("a29")


def test_a_cell_that_reaches_below_is_rather_not_cut_from_the_rows_it_stands_beside() -> None:
    document = tabled(SHAPES["cells over two rows"])
    starts = [chunk.text(document.text) for chunk in cut(document)]
    assert all(text.startswith(("Item", "two ")) for text in starts)


def test_the_same_rows_have_the_same_ids_wherever_their_table_stands() -> None:
    rows: Rows = [HEADER, *(row(f"item {n}", f"{n} euros") for n in range(40))]
    here, there = tabled(rows), tabled(rows, "Another sentence. " * 30 + "\n\n")
    assert {chunk.id for chunk in cut(here)[1:]} < {chunk.id for chunk in cut(there)}


def test_rows_below_another_header_are_other_chunks() -> None:
    body = [row(f"item {n}", f"{n} euros") for n in range(40)]
    other = [GivenCell("Item", is_header=True), GivenCell("Weight", is_header=True)]
    first, second = tabled([HEADER, *body]), tabled([other, *body])
    assert not {chunk.id for chunk in cut(first)} & {chunk.id for chunk in cut(second)}
