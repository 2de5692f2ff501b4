"""Parsed documents on the wire."""

from pydantic import BaseModel, Field

from models.apparatus import LinkKind
from models.document import BlockKind, DropReason

Pair = tuple[int, int]
Edges = tuple[float, float, float, float]


class PageOut(BaseModel):
    """One page, upright."""

    number: int = Field(ge=1)
    width: float = Field(description="Points.")
    height: float = Field(description="Points.")
    span: Pair = Field(description="Its share of the text.")
    needs_ocr: bool = Field(description="Whether it shows something and has no text.")
    confidence: float | None = Field(
        default=None, ge=0, le=1, description="Mean over its words where they were read from its picture."
    )


class BlockOut(BaseModel):
    """A paragraph, a heading, a table or another thing a reader sees as one."""

    kind: BlockKind
    level: int = Field(description="Heading level or list depth.")
    page: int | None
    box: Edges | None = Field(description="Left, top, right, bottom in points from the page's top left.")
    span: Pair
    language: str | None = Field(default=None, description="Of listed code, where the source says it.")


class CellOut(BaseModel):
    """A cell with text; rows and columns count from 0. `box` is around its words."""

    row: int = Field(ge=0)
    column: int = Field(ge=0)
    row_span: int = Field(ge=1)
    column_span: int = Field(ge=1)
    header: bool
    span: Pair
    page: int | None
    box: Edges | None


class TableOut(BaseModel):
    """A table; one that goes on overleaf has a span for each page. Places without a cell are empty."""

    spans: list[Pair]
    rows: int
    columns: int
    cells: list[CellOut]
    html: str = Field(description="With spans of rows and columns; texts are escaped.")
    markdown: str = Field(description="A cell over several places stands at the first of them.")


class DropOut(BaseModel):
    """What was left out of the text on purpose; `at` is its place, for hyphens taken out of words."""

    reason: DropReason
    text: str
    page: int | None
    box: Edges | None
    at: int | None = None


class LinkOut(BaseModel):
    """From a caption to its figure or table, from a mark to its footnote; an empty target has no text."""

    kind: LinkKind
    source: Pair
    target: Pair
    page: int | None
    box: Edges | None


class HyperlinkOut(BaseModel):
    """Words that lead to an address or to a page; without page and box where the document has none."""

    span: Pair
    page: int | None
    box: Edges | None
    uri: str
    target_page: int | None


class BookmarkOut(BaseModel):
    """An entry of the file's own outline."""

    level: int
    title: str
    page: int


class AttachmentOut(BaseModel):
    """A file inside the file: listed, never opened."""

    name: str
    size: int | None = Field(description="Bytes, where the file says it.")


class PictureOut(BaseModel):
    """A figure without text."""

    at: int = Field(description="Where it stands in the text.")
    page: int
    box: Edges


class LookOut(BaseModel):
    """Characters that are not set as plain text."""

    kind: str = Field(description="bold, italic, fixed, symbols (a font of formulas), raised or lowered.")
    span: Pair


class ParsedOut(BaseModel):
    """The canonical text, into which every span of every chunk points, and what is known of it."""

    document: str
    media_type: str
    sha256: str = Field(description="Of the bytes it was read from.")
    text: str
    pages: list[PageOut]
    blocks: list[BlockOut]
    tables: list[TableOut]
    drops: list[DropOut]
    metadata: dict[str, str]
    links: list[LinkOut]
    hyperlinks: list[HyperlinkOut]
    outline: list[BookmarkOut]
    attachments: list[AttachmentOut]
    pictures: list[PictureOut]
    looks: list[LookOut]
