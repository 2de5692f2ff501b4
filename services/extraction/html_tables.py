"""Tables of HTML: which are data and which lay out a page; their rows, cells and captions."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from services.extraction.cleaning import clean_line
from services.extraction.grids import GivenCell, Grid, laid_out
from services.extraction.html_names import INVISIBLE
from services.extraction.inline import Inline

_PARTS_OF_A_PAGE = ("table", "h1", "h2", "h3", "h4")
_BLOCKS_OF_A_PAGE = ("pre", "ul", "ol", "dl", "blockquote", "h5", "h6")
_DECLARED = ("th", "caption")
_CELLS = ("td", "th")
_NUMBER = re.compile(r"\s*\d+")
_HIGHEST, _WIDEST = 65_534, 1000


def is_data(table: Any) -> bool:
    """Whether the table holds cells of data, not the parts of a page.

    One with header cells or a caption does, unless there are headings or tables in it; one of a single
    column, or with lists in its cells, does not.
    """
    if table.get("role") in ("presentation", "none") or _has(table, _PARTS_OF_A_PAGE):
        return False
    if _has(table, _DECLARED):
        return True
    return not _has(table, _BLOCKS_OF_A_PAGE) and any(len(row) > 1 for row in _rows(table))


def captions_of(table: Any) -> Iterator[Any]:
    """Its captions."""
    yield from table.iter("caption")


def grid_of(table: Any, text_of: Callable[[Any], Inline]) -> Grid:
    """The cells on their grid; `text_of` is asked for each in document order."""
    return laid_out([[_cell(cell, text_of) for cell in row] for row in _rows(table)])


def strays_of(table: Any) -> Iterator[str]:
    """Text between the cells, which browsers show above the table."""
    inside = {"caption", *_CELLS, *INVISIBLE}
    pending: list[Any] = [table]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if text := clean_line(item):
                yield text
            continue
        for child in reversed(item):
            pending.append(child.tail or "")
            if isinstance(child.tag, str) and child.tag not in inside:
                pending.append(child)
        pending.append(item.text or "")


def _has(table: Any, tags: tuple[str, ...]) -> bool:
    return any(table.find(f".//{tag}") is not None for tag in tags)


def _rows(table: Any) -> list[list[Any]]:
    """The cells of each row; those outside any row are one of their own."""
    rows: list[list[Any]] = []
    of: Any = None
    for element in table.iter("tr", *_CELLS):
        if element.tag == "tr":
            of = element
            rows.append([])
            continue
        above = next((a for a in element.iterancestors("tr", "table", *_CELLS)), None)
        if above is not None and above.tag in _CELLS:
            continue  # a cell in a cell is part of its text
        if above is not of and above is not None and (not rows or of is not table):
            of = above
            rows.append([])
        rows[-1].append(element)
    return rows


def _cell(cell: Any, text_of: Callable[[Any], Inline]) -> GivenCell:
    spans = _count(cell.get("rowspan"), 0, _HIGHEST), _count(cell.get("colspan"), 1, _WIDEST)
    text, reaches = text_of(cell)
    return GivenCell(text, *spans, cell.tag == "th", reaches)


def _count(text: str | None, least: int, most: int) -> int:
    """A span as HTML reads it: 1 where none is given, bounded."""
    match = _NUMBER.match(text or "")
    return min(max(int(match[0][:6]), least), most) if match else 1
