"""Where the cells of a table stand: on the page and in the box of their words."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from models.geometry import bounds
from models.table import Cell, Table
from models.words import Words


def located(tables: Iterable[Table], words: Words) -> tuple[Table, ...]:
    """The tables, each cell with its page and the box around its words."""
    return tuple(
        replace(table, cells=tuple(_located(cell, words) for cell in table.cells)) for table in tables
    )


def _located(cell: Cell, words: Words) -> Cell:
    first, end = bisect_left(words.starts, cell.span.start), bisect_left(words.starts, cell.span.end)
    page = words.pages[first]
    box = bounds([words.box(i) for i in range(first, end) if words.pages[i] == page])
    return cell._replace(page=page, box=box)
