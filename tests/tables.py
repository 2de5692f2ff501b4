"""Hypothesis strategies: tables of any shape, and documents that hold them."""

from hypothesis import strategies as st

from models.document import Block, BlockKind, Document
from models.span import Span
from models.table import Table
from services.extraction.grids import GivenCell, Grid, laid_out, placed

CELLS = st.one_of(
    st.sampled_from(
        ["", "12", "Net sales", "a|b", "(1,204)", "<b>", "\\", "`x|y`", "*", "第三条", "x" * 60, "&amp;"]
    ),
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20),
)


@st.composite
def grids(draw: st.DrawFn, *, most_rows: int = 12, spans: bool = True) -> Grid:
    """Some rows of some cells, the first ones header; cells may go over others' places."""
    header, wide = draw(st.integers(0, 2)), draw(st.integers(1, 5))
    rows = []
    for number in range(header + draw(st.integers(1, most_rows))):
        sizes = [(draw(SPANS), draw(SPANS)) if spans else (1, 1) for _ in range(wide)]
        texts = [" ".join(draw(CELLS).split()) for _ in range(wide)]
        rows.append([GivenCell(t, h, w, number < header) for t, (h, w) in zip(texts, sizes, strict=True)])
    return laid_out(rows)


SPANS = st.sampled_from([1, 1, 1, 1, 2, 3])


@st.composite
def tabled_documents(draw: st.DrawFn) -> Document:
    """Headings, paragraphs and tables in turn; some tables go on in a second block."""
    text, blocks, tables = "", [], list[Table]()
    for _ in range(draw(st.integers(1, 3))):
        for kind in draw(st.lists(st.sampled_from([BlockKind.HEADING, BlockKind.PARAGRAPH]), max_size=2)):
            words = "These are words. " * draw(st.integers(1, 8))
            blocks.append(Block(Span(len(text), len(text) + len(words.strip())), kind, 1))
            text += words.strip() + "\n\n"
        rendered, table = placed(draw(grids()), len(text))
        if table is None:
            continue
        table, rendered = _parted(draw, table, rendered)
        blocks += [Block(span, BlockKind.TABLE) for span in table.spans]
        text += rendered + "\n\n"
        tables.append(table)
    return Document(text, "text/html", "0" * 64, tuple(blocks), tables=tuple(tables))


def _parted(draw: st.DrawFn, table: Table, rendered: str) -> tuple[Table, str]:
    """The same table; its text in two blocks where one is drawn that has cells in both."""
    (whole,) = table.spans
    ends = [i for i, char in enumerate(rendered) if char == "\n"]
    if not ends or draw(st.booleans()):
        return table, rendered
    end = whole.start + draw(st.sampled_from(ends))
    parts = Span(whole.start, end), Span(end + 1, whole.end)
    if any(not any(part.contains(cell.span) for cell in table.cells) for part in parts):
        return table, rendered
    return Table(parts, table.rows, table.columns, table.cells), rendered
