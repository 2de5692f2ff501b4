import json
import zlib
from dataclasses import replace

import pytest

from api.schemas.parsed import ParsedOut, TableOut
from models import laws
from models.artifact import dump, load
from models.document import Block, BlockKind, Document
from models.errors import CorruptDocument, LawViolation
from models.geometry import Box
from models.parsed import parsed_form
from models.span import Span
from models.table import Cell, Table

TEXT = "Year\tCost\n2004\t12"
CELLS = (
    Cell(Span(0, 4), 0, 0, is_header=True),
    Cell(Span(5, 9), 0, 1, is_header=True),
    Cell(Span(10, 14), 1, 0, page=1, box=Box(1.0, 2.0, 3.0, 4.0)),
    Cell(Span(15, 17), 1, 1),
)
TABLE = Table((Span(0, 17),), 2, 2, CELLS)
DOCUMENT = Document(TEXT, "text/plain", "0" * 64, (Block(Span(0, 17), BlockKind.TABLE),), tables=(TABLE,))


def test_header_rows_are_those_of_header_cells_only() -> None:
    assert TABLE.header_rows == 1
    assert replace(TABLE, cells=tuple(cell._replace(is_header=False) for cell in CELLS)).header_rows == 0
    assert replace(TABLE, cells=tuple(cell._replace(is_header=True) for cell in CELLS)).header_rows == 2


@pytest.mark.parametrize(
    "change",
    [
        {"row_span": 2, "column_span": 2},
        {"row": 1},
        {"column": 2},
        {"column": -1},
        {"row_span": 0},
        {"span": Span(0, 6)},
        {"span": Span(17, 18)},
    ],
)
def test_cells_share_no_place_and_lie_in_the_grid_and_in_the_text(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cell"):
        replace(TABLE, cells=(CELLS[0]._replace(**change), *CELLS[1:]))  # type: ignore[arg-type]


def test_a_spanning_cell_takes_its_places() -> None:
    replace(TABLE, rows=3, cells=(*CELLS[:2], CELLS[2]._replace(row_span=2), CELLS[3]))
    with pytest.raises(ValueError, match="same place"):
        replace(TABLE, cells=(CELLS[0]._replace(row_span=2), *CELLS[1:]))


def test_the_law_of_tables() -> None:
    laws.check_document(DOCUMENT)
    broken = [
        replace(DOCUMENT, blocks=(Block(Span(0, 17)),)),
        replace(DOCUMENT, tables=(TABLE, TABLE)),
        replace(DOCUMENT, tables=(replace(TABLE, cells=CELLS[1:]),)),
    ]
    for document in broken:
        with pytest.raises(LawViolation, match="table"):
            laws.check_document(document)


def test_tables_come_back_from_storage_and_older_documents_have_none() -> None:
    stored = dump(DOCUMENT)
    assert load(stored) == DOCUMENT
    form = json.loads(zlib.decompress(stored[5:]))
    form.pop("tables")
    assert load(stored[:5] + zlib.compress(json.dumps(form).encode())) == replace(DOCUMENT, tables=())
    form["tables"] = [[[[0, 17]], 2, 2, [[0, 4, 7, 0, 1, 1, False, None, None]]]]
    with pytest.raises(CorruptDocument):
        load(stored[:5] + zlib.compress(json.dumps(form).encode()))


def test_the_parsed_form_shows_cells() -> None:
    (table,) = parsed_form(DOCUMENT, "a")["tables"]
    assert (table["rows"], table["columns"], table["spans"]) == (2, 2, [[0, 17]])
    assert (
        table["html"] == "<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2004</td><td>12</td></tr></table>"
    )
    assert table["markdown"] == "| Year | Cost |\n| --- | --- |\n| 2004 | 12 |"
    assert table["cells"][2] == {
        "row": 1,
        "column": 0,
        "row_span": 1,
        "column_span": 1,
        "header": False,
        "span": [10, 14],
        "page": 1,
        "box": [1.0, 2.0, 3.0, 4.0],
    }


def test_the_api_describes_all_that_the_parsed_form_shows() -> None:
    form = parsed_form(DOCUMENT, "a")
    described = ParsedOut.model_validate(form)
    assert set(form) == set(ParsedOut.model_fields)
    assert set(form["tables"][0]) == set(TableOut.model_fields)
    assert described.model_dump(mode="json")["tables"] == json.loads(json.dumps(form["tables"]))
