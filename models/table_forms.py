"""A table as HTML and as Markdown. What stands in cells is text: no part of it is ever markup."""

import re
from html import escape
from itertools import repeat

from models.table import Cell, Table

_SYNTAX = re.compile(
    r"[\\|`*<]"  # always
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis, except inside a word
    r"|~(?=~)|(?<=~)~"
    r"|\[(?=\^)|\](?=[(\[:])"
    r"|&(?=#?\w+;)"
)
_PLACES_FOR_A_CELL = 16
_PLACES_FOR_ANY = 10_000


def table_html(text: str, table: Table) -> str:
    """One line of `<table>`: `<th>` and `<td>` with their spans, empty ones for places without a cell."""
    rows = "".join(f"<tr>{''.join(_html(text, cell) for cell in row)}</tr>" for row in _grid(table))
    return f"<table>{rows}</table>"


def table_markdown(text: str, table: Table, *, is_markdown: bool = False) -> str:
    """Lines of cells between bars, the first one its header; empty where the table has none.

    A cell over several places stands at the first of them. `is_markdown`: cells are taken as they are.
    """
    rows = [[_markdown(text, cell, is_markdown) for cell in row] for row in _places(table)]
    if not table.header_rows:
        rows.insert(0, [""] * table.columns)
    rows.insert(1, ["---"] * table.columns)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _grid(table: Table) -> list[list[Cell | None]]:
    """For each row the cells that begin in it, and None for each place that no cell takes."""
    taken = {place for cell in table.cells for place in _taken(cell)}
    return [
        [cell for column, cell in enumerate(row) if cell is not None or (number, column) not in taken]
        for number, row in enumerate(_places(table))
    ]


def _places(table: Table) -> list[list[Cell | None]]:
    """For each row its places, with the cells that begin there; mere holes at the ends of huge grids go."""
    wide = table.rows * table.columns <= _PLACES_FOR_ANY + _PLACES_FOR_A_CELL * len(table.cells)
    rows: list[list[Cell | None]] = [[] for _ in range(table.rows)]
    for row in rows:
        row.extend(repeat(None, table.columns * wide))
    for cell in table.cells:
        row = rows[cell.row]
        row.extend(repeat(None, cell.column + 1 - len(row)))
        row[cell.column] = cell
    return rows


def _taken(cell: Cell) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    ]


def _html(text: str, cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    tag = "th" if cell.is_header else "td"
    spans = (f' rowspan="{cell.row_span}"' if cell.row_span > 1 else "") + (
        f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    )
    return f"<{tag}{spans}>{escape(_one_line(text, cell))}</{tag}>"


def _markdown(text: str, cell: Cell | None, is_markdown: bool) -> str:  # noqa: FBT001
    if cell is None:
        return ""
    line = _one_line(text, cell)
    return line if is_markdown else _SYNTAX.sub(r"\\\g<0>", line)


def _one_line(text: str, cell: Cell) -> str:
    return " ".join(cell.span.of(text).split())
