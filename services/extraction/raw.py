"""What a reader of paginated files yields before there is a text: words and lines on pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from models.document import BlockKind, Drop
from models.geometry import Box


class RawWord(NamedTuple):
    """A word without white space, and its box in points on the upright page."""

    text: str
    box: Box


class Style(NamedTuple):
    """How most characters of a line look; `size` in points, to half a point."""

    size: float
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class RawLine:
    """Words that stand on one baseline; `turn` counts quarter turns clockwise from left-to-right."""

    words: tuple[RawWord, ...]
    box: Box
    style: Style
    turn: int = 0

    @property
    def text(self) -> str:
        """The words with one space between."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class RawPage:
    """Lines in the order of the content stream. `drawn`: there is ink; `failed`: it could not be read."""

    number: int
    width: float
    height: float
    lines: tuple[RawLine, ...] = ()
    drawn: bool = False
    failed: bool = False
    drops: tuple[Drop, ...] = ()


class OutlineEntry(NamedTuple):
    """One bookmark: depth from 1, its wording, the page it leads to (from 1)."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class RawPaper:
    """A paginated file as its reader sees it."""

    pages: tuple[RawPage, ...]
    outline: tuple[OutlineEntry, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


Row = tuple[RawLine, ...]
"""Lines that stand side by side, left to right; mostly just one."""


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Rows that belong together, in reading order."""

    page: int
    rows: tuple[Row, ...]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0

    @property
    def lines(self) -> list[RawLine]:
        """All lines in reading order."""
        return [line for row in self.rows for line in row]

    @property
    def style(self) -> Style:
        """The style of its first line."""
        return self.rows[0][0].style

    @property
    def text(self) -> str:
        """All words with one space between, for matching only."""
        return " ".join(line.text for line in self.lines)
