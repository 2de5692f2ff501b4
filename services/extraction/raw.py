"""What a reader of paginated files yields before there is a text: words and lines on pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from models.apparatus import Attachment
from models.document import BlockKind, Drop
from models.geometry import Box


class RawWord(NamedTuple):
    """A word without white space, and its box in points on the upright page."""

    text: str
    box: Box


class Style(NamedTuple):
    """How characters look; `size` in points, to half a point. `math`: set in a font of symbols."""

    size: float
    bold: bool = False
    italic: bool = False
    fixed: bool = False
    math: bool = False


class Run(NamedTuple):
    """So many characters (white space not counted) of one look.

    `raised`, `lowered`: small, and above or below the line's others.
    """

    letters: int
    style: Style
    raised: bool = False
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class RawLine:
    """Words that stand on one baseline; `turn` counts quarter turns clockwise from left-to-right.

    `style` is how most of it looks; `runs` are all its looks in order, where it is known to have several.
    `role`: the standard structure types above it in a tagged file, from outer to inner, one space between.
    """

    words: tuple[RawWord, ...]
    box: Box
    style: Style
    turn: int = 0
    runs: tuple[Run, ...] = ()
    role: str = ""

    @property
    def text(self) -> str:
        """The words with one space between."""
        return " ".join(word.text for word in self.words)


class Region(NamedTuple):
    """What a network takes for one thing: its label, its box in points, how sure it is (0 to 1)."""

    label: str
    box: Box
    score: float


class RawLink(NamedTuple):
    """An area that leads to an address, or to a page of the file (from 1)."""

    box: Box
    uri: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """Lines in the order of the content stream. `drawn`: there is ink; `failed`: it could not be read.

    `confidence` is that of the words (0 to 1) where they were read from the page's picture, else None. Such
    lines may be straightened: in truth they lie `tilt` degrees clockwise of where their boxes say, turned
    around the page's centre. `regions` is None where no network was asked.
    `figures` are plots, diagrams and pictures with their labels; `rules` all rectangles and straight lines,
    looked for where lines stand side by side.
    """

    number: int
    width: float
    height: float
    lines: tuple[RawLine, ...] = ()
    drawn: bool = False
    failed: bool = False
    drops: tuple[Drop, ...] = ()
    confidence: float | None = None
    tilt: float = 0.0
    regions: tuple[Region, ...] | None = None
    links: tuple[RawLink, ...] = ()
    figures: tuple[Box, ...] = ()
    rules: tuple[Box, ...] = ()


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
    attachments: tuple[Attachment, ...] = ()


Row = tuple[RawLine, ...]
"""Lines that stand side by side, left to right; mostly just one."""


class RawCell(NamedTuple):
    """A cell of a table: its place in the grid, and how many rows of the block are its text."""

    row: int
    column: int
    row_span: int
    column_span: int
    is_header: bool
    height: int


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Rows that belong together, in reading order.

    `continues`: it is no block of its own but goes on with the one before, in another column or overleaf.
    `title`: a heading's wording, where that is not its text. `cells`: those of a table, in the order of rows.
    `region`: what a figure covers, where that is more than its text. `goes_on`: its rows belong to the table
    before it; they are counted on.
    """

    page: int
    rows: tuple[Row, ...]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    continues: bool = False
    title: str = ""
    cells: tuple[RawCell, ...] = ()
    region: Box | None = None
    goes_on: bool = False

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
