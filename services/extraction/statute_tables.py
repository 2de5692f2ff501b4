"""Tables in legal XML: those of HTML, those of CALS, and USLM's layouts of rows and columns."""

from typing import Any

from services.extraction.grids import GivenCell, Grid, laid_out
from services.extraction.xml_tree import local_name

_ROWS = ("tr", "row", "header")
_CELLS = ("td", "th", "entry", "column")
_WIDEST = 1000


def table_grid(table: Any) -> Grid:
    """The cells by row; a table inside a cell is part of the cell's text."""
    rows: list[list[GivenCell]] = []
    pending: list[tuple[Any, bool]] = [(child, False) for child in reversed(table)]
    while pending:
        element, in_head = pending.pop()
        name = local_name(element)
        if name in _CELLS:
            if not rows:
                rows.append([])
            rows[-1].append(_cell(element, name, in_head=in_head))
            continue
        if name in _ROWS:
            rows.append([])
        in_head = in_head or name in ("thead", "header")
        if name and len(element) == 0 and (element.text or "").strip():
            rows.append([GivenCell(element.text)])
        pending.extend((child, in_head) for child in reversed(element))
    return laid_out([row for row in rows if row])


def _cell(element: Any, name: str, *, in_head: bool) -> GivenCell:
    height = _count(element.get("rowspan"), 1) if name != "entry" else _count(element.get("morerows"), 0) + 1
    text = " ".join("".join(element.itertext()).split())
    return GivenCell(text, height, max(_count(element.get("colspan"), 1), 1), in_head or name == "th")


def _count(text: str | None, default: int) -> int:
    return min(int(text[:6]), _WIDEST) if text and text.isascii() and text.isdigit() else default
