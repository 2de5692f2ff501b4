"""Parsed documents on the wire."""

from pydantic import BaseModel, Field

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


class BlockOut(BaseModel):
    """A paragraph, a heading, a table or another thing a reader sees as one."""

    kind: BlockKind
    level: int = Field(description="Heading level or list depth.")
    page: int | None
    box: Edges | None = Field(description="Left, top, right, bottom in points from the page's top left.")
    span: Pair


class DropOut(BaseModel):
    """What was left out of the text on purpose."""

    reason: DropReason
    text: str
    page: int | None
    box: Edges | None


class ParsedOut(BaseModel):
    """The canonical text, into which every span of every chunk points, and what is known of it."""

    document: str
    media_type: str
    sha256: str = Field(description="Of the bytes it was read from.")
    text: str
    pages: list[PageOut]
    blocks: list[BlockOut]
    drops: list[DropOut]
    metadata: dict[str, str]
