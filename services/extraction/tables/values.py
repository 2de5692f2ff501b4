"""What the parts of table recognition hand to each other. Boxes are in the frame in which text runs right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from models.geometry import Box, bounds
from services.extraction.raw import RawWord


class Item(NamedTuple):
    """A word of the page and its box in the frame."""

    word: RawWord
    box: Box
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one text row with ordinary spaces between them."""

    items: tuple[Item, ...]
    box: Box

    @property
    def text(self) -> str:
        """The words with one space between."""
        return " ".join(item.word.text for item in self.items)


@dataclass(frozen=True, slots=True)
class TextRow:
    """Segments that stand on one baseline, left to right."""

    segments: tuple[Segment, ...]
    box: Box

    @property
    def items(self) -> list[Item]:
        """All words, left to right."""
        return [item for segment in self.segments for item in segment.items]


class Place(NamedTuple):
    """Where a cell stands in its grid."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1

    def taken(self) -> Iterator[tuple[int, int]]:
        """Row and column of all that it takes."""
        rows = range(self.row, self.row + self.row_span)
        return product(rows, range(self.column, self.column + self.column_span))


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that has text; `rows` are its text rows from top to bottom."""

    place: Place
    rows: tuple[Segment, ...]
    is_header: bool = False

    @property
    def text(self) -> str:
        """All words with one space between."""
        return " ".join(segment.text for segment in self.rows)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table found on a page: `rows` by `columns`, the box around it, its cells by row and column."""

    box: Box
    rows: int
    columns: int
    cells: tuple[GridCell, ...]


def segment_of(items: Sequence[Item]) -> Segment:
    """The words as one segment."""
    return Segment(tuple(items), bounds([item.box for item in items]))


def row_of(segments: Sequence[Segment]) -> TextRow:
    """The segments as one row."""
    return TextRow(tuple(segments), bounds([segment.box for segment in segments]))


def items_of(rows: Iterable[TextRow]) -> list[Item]:
    """All words of the rows."""
    return [item for row in rows for item in row.items]
