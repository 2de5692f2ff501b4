"""Where the cells of a table stand: on the page and in the box of their words."""

from collections.abc import Iterable
from dataclasses import replace

from models.table import Cell, Table
from models.words import Words


def located(tables: Iterable[Table], words: Words) -> tuple[Table, ...]:
    """The tables, each cell with its page and the box around its words."""
    return tuple(
        replace(table, cells=tuple(_located(cell, words) for cell in table.cells)) for table in tables
    )


def _located(cell: Cell, words: Words) -> Cell:
    (page, box), *_ = words.boxes([cell.span])
    return cell._replace(page=page, box=box)
