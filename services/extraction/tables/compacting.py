"""Grids without rows and columns that only cells over several places go through."""

from collections.abc import Sequence
from dataclasses import replace

from models.geometry import bounds
from services.extraction.tables.values import Grid, GridCell, Place


def compacted(cells: Sequence[GridCell]) -> Grid:
    """The grid of the cells, in which each row and each column has a cell of its own.

    Two lines that are drawn where one is meant leave a strip between them that only large cells reach into:
    it goes to a neighbour with which no cell clashes.
    """
    places = [cell.place for cell in cells]
    places = _turned(_merged(_turned(_merged(places))))
    grid = sorted(
        (replace(cell, place=place) for cell, place in zip(cells, places, strict=True)),
        key=lambda cell: cell.place,
    )
    box = bounds([segment.box for cell in cells for segment in cell.rows])
    rows = max(place.row + place.row_span for place in places)
    columns = max(place.column + place.column_span for place in places)
    return Grid(box, rows, columns, tuple(grid))


def _turned(places: Sequence[Place]) -> list[Place]:
    """Rows as columns and columns as rows."""
    return [Place(p.column, p.row, p.column_span, p.row_span) for p in places]


def _merged(places: Sequence[Place]) -> list[Place]:
    """Neighbouring columns put together where one has no cell of its own and no row has a cell in each."""
    found = list(places)
    column = 0
    while column + 1 < max(place.column + place.column_span for place in found):
        if _is_needless(found, column):
            found = [_without(place, column) for place in found]
            column = max(0, column - 1)
        else:
            column += 1
    return found


def _is_needless(places: Sequence[Place], column: int) -> bool:
    """Whether the border between the column and the next one parts nothing."""
    left = [p for p in places if p.column <= column < p.column + p.column_span]
    right = [p for p in places if p.column <= column + 1 < p.column + p.column_span]
    if any(p.column_span == 1 for p in left) and any(p.column_span == 1 for p in right):
        return False
    taken = {row: p for p in left for row in range(p.row, p.row + p.row_span)}
    return not any(
        row in taken and taken[row] != p for p in right for row in range(p.row, p.row + p.row_span)
    )


def _without(place: Place, column: int) -> Place:
    """The place in a grid in which the column and the next one are one."""
    first, end = place.column, place.column + place.column_span
    first, end = first - (first > column), end - (end > column + 1)
    return place._replace(column=first, column_span=end - first)
