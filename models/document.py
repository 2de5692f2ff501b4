"""What extraction makes of the bytes: one canonical text and everything that points into it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models.apparatus import Apparatus
from models.geometry import Box
from models.span import Span, is_ordered
from models.table import Table
from models.words import Words


class BlockKind(StrEnum):
    """What a block is to a reader."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    FIGURE = "figure"
    CAPTION = "caption"
    CODE = "code"
    FORMULA = "formula"
    FOOTNOTE = "footnote"
    QUOTE = "quote"


class DropReason(StrEnum):
    """Why something of the source is not in the canonical text."""

    RUNNING_HEADER = "running_header"
    RUNNING_FOOTER = "running_footer"
    PAGE_NUMBER = "page_number"
    LINE_NUMBER = "line_number"
    WATERMARK = "watermark"
    HYPHEN = "hyphen"
    CONTROL_CHARACTER = "control_character"
    BYTE_ORDER_MARK = "byte_order_mark"
    MARKUP = "markup"
    HIDDEN_TEXT = "hidden_text"
    DELETED_TEXT = "deleted_text"
    COMMENT = "comment"
    ATTACHMENT = "attachment"
    REPEATED_TABLE_HEADER = "repeated_table_header"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table… `level` is the heading level (1–6) or the list depth, else 0.

    `title` is a heading's plain wording where the text around it has markup (`## Title`); `language` is that
    of listed code, where the source says it.
    """

    span: Span
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    page: int | None = None
    box: Box | None = None
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, numbered from 1; width and height in points, upright; `span` is its share of the text.

    `confidence` is the mean over its words (0 to 1) where they were read from its picture, else None.
    """

    number: int
    width: float
    height: float
    span: Span
    needs_ocr: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """A piece of the source that was left out on purpose, declared so that nothing is lost silently.

    `at` is where in the canonical text it would stand, for what was taken out of the middle of a word.
    """

    reason: DropReason
    text: str
    page: int | None = None
    box: Box | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on the path to some place of the text."""

    span: Span
    level: int
    title: str


@dataclass(frozen=True)
class Document:
    """Canonical text with its blocks (sorted, disjoint, covering all that is not white space)."""

    text: str
    media_type: str
    sha256: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    words: Words = field(default_factory=Words)
    drops: tuple[Drop, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    apparatus: Apparatus = field(default_factory=Apparatus)

    def __post_init__(self) -> None:
        spans = [block.span for block in self.blocks]
        if not is_ordered(spans):
            raise ValueError("blocks must be non-empty, sorted and disjoint")
        if spans and (spans[0].start < 0 or spans[-1].end > len(self.text)):
            raise ValueError("blocks must lie inside the text")

    @property
    def has_text(self) -> bool:
        """Whether anything but white space was found."""
        return bool(self.blocks)

    @property
    def pages_without_text(self) -> tuple[int, ...]:
        """Numbers of the pages that wait for OCR."""
        return tuple(page.number for page in self.pages if page.needs_ocr)

    @property
    def pages_seen(self) -> tuple[int, ...]:
        """Numbers of the pages whose words, all or some, were read from their pictures."""
        return tuple(page.number for page in self.pages if page.confidence is not None)

    @property
    def pages_failed(self) -> tuple[int, ...]:
        """Numbers of the pages that could not be read at all; they are among those without text."""
        listed = self.metadata.get("failed_pages", "")
        return tuple(int(number) for number in listed.split(",") if number.isdigit())

    def block_at(self, offset: int) -> int:
        """Index of the last block that starts at or before `offset`; -1 when there is none."""
        return bisect_right(self.blocks, offset, key=lambda block: block.span.start) - 1

    def table_at(self, offset: int) -> Table | None:
        """The table one of whose blocks holds the offset."""
        place = bisect_right(self.tables, offset, key=lambda table: table.spans[0].start) - 1
        table = self.tables[place] if place >= 0 else None
        held = table is not None and any(span.start <= offset < span.end for span in table.spans)
        return table if held else None


def heading_paths(document: Document) -> list[tuple[Heading, ...]]:
    """For each block the headings above it, outermost first; a heading's own path ends with itself."""
    open_headings: list[Heading] = []
    paths: list[tuple[Heading, ...]] = []
    path: tuple[Heading, ...] = ()
    for block in document.blocks:
        if block.kind in (BlockKind.HEADING, BlockKind.TITLE):
            level = block.level if block.kind is BlockKind.HEADING else 0
            while open_headings and open_headings[-1].level >= level:
                open_headings.pop()
            title = " ".join((block.title or block.span.of(document.text)).split())
            open_headings.append(Heading(block.span, level, title))
            path = tuple(open_headings)
        paths.append(path)
    return paths
