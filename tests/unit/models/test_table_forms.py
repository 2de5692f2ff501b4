"""Tables as HTML and Markdown, read back by parsers that others wrote."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from models.document import Block, BlockKind, Document
from models.span import Span
from models.table import Cell, Table
from models.table_forms import table_html, table_markdown
from services.extraction.extract import extract
from services.extraction.grids import Grid, placed
from services.extraction.rendering import to_markdown
from tests.tables import grids

HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr></table><b>",
    "a | b || c",
    "\\| \\\\ \\",
    "`a|b` ``",
    "**a** _b_ __c__ snake_case ~~d~~",
    "[x](javascript:alert(1)) ![y](z) [^1] [r]: /u",
    "&lt;b&gt; &amp; &#60; &nbsp;",
    "<!-- c --> <http://a.b>",
    "--- | :-:",
    "\"quoted\" 'too'",
    "# no heading",
    "- no item",
]


class Cells(HTMLParser):
    """The cells of one table as a browser sees them, and every tag that was met."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str, int, int]]] = []
        self.tags: set[str] = set()
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            spans = int(given.get("rowspan") or 1), int(given.get("colspan") or 1)
            self.rows[-1].append((tag, "", *spans))

    def handle_data(self, data: str) -> None:
        tag, text, *spans = self.rows[-1][-1]
        self.rows[-1][-1] = (tag, text + data, *spans)  # type: ignore[assignment]


def markdown_cells(source: str) -> list[list[str]]:
    """The cells of the one table of the source; every piece of them is plain text."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    assert {token.type for token in tokens if token.level == 0} == {"table_open", "table_close"}
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            assert {child.type for child in token.children or ()} <= {"text", "text_special"}
            rows[-1].append("".join(child.content for child in token.children or ()))
    return rows


def expected(text: str, table: Table) -> list[list[str]]:
    rows = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row][cell.column] = cell.span.of(text)
    return rows


def row(texts: list[str]) -> tuple[str, Table]:
    text, spans = "", []
    for cell in texts:
        spans.append(Span(len(text), len(text) + len(cell)))
        text += cell + "\n"
    cells = tuple(Cell(span, 1, column) for column, span in enumerate(spans))
    return text, Table((Span(0, len(text)),), 2, len(texts), cells)


def test_spans_headers_and_empty_places() -> None:
    text = "A B c d"
    cells = (
        Cell(Span(0, 1), 0, 0, column_span=2, is_header=True),
        Cell(Span(2, 3), 0, 2, row_span=2, is_header=True),
        Cell(Span(4, 5), 1, 1),
        Cell(Span(6, 7), 2, 0),
    )
    table = Table((Span(0, 7),), 3, 3, cells)
    assert table_html(text, table) == (
        '<table><tr><th colspan="2">A</th><th rowspan="2">B</th></tr>'
        "<tr><td></td><td>c</td></tr><tr><td>d</td><td></td><td></td></tr></table>"
    )
    assert table_markdown(text, table) == "| A |  | B |\n| --- | --- | --- |\n|  | c |  |\n| d |  |  |"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_text_becomes_markup(hostile: str) -> None:
    text, table = row([hostile, "next"])
    seen = Cells(table_html(text, table))
    assert seen.tags == {"table", "tr", "td"}
    assert [cell[1] for cell in seen.rows[1]] == [hostile, "next"]
    assert markdown_cells(table_markdown(text, table))[2] == [hostile, "next"]


@settings(max_examples=150, deadline=None)
@given(grid=grids())
def test_any_table_is_read_back_as_it_was(grid: Grid) -> None:
    text, table = placed(grid, 0)
    if table is None:
        return
    seen = Cells(table_html(text, table))
    assert len(seen.rows) == table.rows
    shown = [cell for line in seen.rows for cell in line if cell[1]]
    assert shown == [
        ("th" if c.is_header else "td", c.span.of(text), c.row_span, c.column_span)
        for c in sorted(table.cells, key=lambda c: (c.row, c.column))
    ]
    assert all(sum(cell[3] for cell in line) <= table.columns for line in seen.rows)
    found = markdown_cells(table_markdown(text, table))
    assert found[0 if table.header_rows else 1 :] == expected(text, table)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.text(alphabet="a _*`~|\\[]()^<>&;#!:-/1\"'lt", min_size=1, max_size=12), min_size=1, max_size=3
    )
)
def test_any_signs_stay_text(texts: list[str]) -> None:
    texts = [" ".join(text.split()) or "x" for text in texts]
    text, table = row(texts)
    assert markdown_cells(table_markdown(text, table))[2] == texts
    assert [cell[1] for cell in Cells(table_html(text, table)).rows[1]] == texts


def test_markdown_of_a_document_has_its_tables_once() -> None:
    text = "k | v\n1 | 2\n\nNote\n\n3 | 4"
    spans = Span(0, 11), Span(19, 24)
    places = [(0, 0), (4, 0), (6, 1), (10, 1), (19, 2), (23, 2)]
    cells = tuple(Cell(Span(at, at + 1), r, n % 2, is_header=r == 0) for n, (at, r) in enumerate(places))
    blocks = Block(spans[0], BlockKind.TABLE), Block(Span(13, 17)), Block(spans[1], BlockKind.TABLE)
    document = Document(text, "text/html", "0" * 64, blocks, tables=(Table(spans, 3, 2, cells),))
    assert to_markdown(document) == "| k | v |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n\nNote\n"


def test_cells_of_markdown_are_not_escaped_again() -> None:
    source = "| a | b |\n| --- | --- |\n| **x** | p \\| q |"
    document = extract(source.encode(), "a.md")
    (table,) = document.tables
    assert table_markdown(document.text, table, is_markdown=True) == source


def test_a_huge_grid_of_holes_is_not_filled_up() -> None:
    text = "x" * 2000
    wide = tuple(Cell(Span(n, n + 1), 0, n) for n in range(1000))
    high = tuple(Cell(Span(n + 999, n + 1000), n, 0) for n in range(1, 1001))
    table = Table((Span(0, 2000),), 1001, 1000, wide + high)
    assert len(table_html(text, table)) < 100 * 2000
    assert len(table_markdown(text, table)) < 100 * 2000
    assert Cells(table_html(text, table)).rows[1000] == [("td", "x", 1, 1)]
