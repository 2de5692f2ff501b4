"""What a picture of a page is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.document import Block, Document, Page
from models.errors import InvalidOptions
from models.geometry import Box
from models.span import Span
from models.words import PageBox
from services.segmentation.edges import Edge

LONGEST = 1000.0
"""Units of the longer side of every page on the canvas: letters are as large on a stamp as on a poster."""
MARGIN = 24.0


class Part(NamedTuple):
    """A chunk as far as it is drawn."""

    number: int
    tokens: int
    strategy: str
    reason: str
    spans: tuple[Span, ...]
    boxes: tuple[PageBox, ...]


class Shown(NamedTuple):
    """A block: its place in the reading order of the page, from 1, and its boxes on the canvas."""

    order: int
    block: Block
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class Frame:
    """From points on a page to units on the canvas, where the page begins at MARGIN."""

    page: Page

    @property
    def scale(self) -> float:
        """Units to the point."""
        return LONGEST / max(self.page.width, self.page.height)

    @property
    def sheet(self) -> Box:
        """The page on the canvas."""
        return self.box(Box(0.0, 0.0, self.page.width, self.page.height))

    def box(self, box: Box, wider: float = 0.0) -> Box:
        """A box of the page on the canvas, `wider` units beyond its rim."""
        x0, y0, x1, y1 = (MARGIN + edge * self.scale for edge in box)
        return Box(x0 - wider, y0 - wider, x1 + wider, y1 + wider)


@dataclass(frozen=True, slots=True)
class View:
    """One page of a document with all that is drawn on it; chunks in order, edges from light to heavy.

    `colours` are those of the chunks, by their numbers.
    """

    document: Document
    frame: Frame
    parts: Sequence[Part]
    blocks: Sequence[Shown]
    edges: Sequence[Edge] | None
    colours: Mapping[int, str]


def part_of(chunk: Mapping[str, Any]) -> Part:
    """A chunk in its wire form (models.chunk.wire_form)."""
    spans = tuple(Span(start, end) for start, end in chunk["spans"])
    boxes = tuple(PageBox(box["page"], Box(*box["box"])) for box in chunk["boxes"])
    return Part(chunk["index"], chunk["tokens"], chunk["strategy"], chunk["reason"], spans, boxes)


def page_of(document: Document, number: int) -> Page:
    """The page of that number, from 1; InvalidOptions where there is none to draw."""
    count = len(document.pages)
    if not count:
        raise InvalidOptions("only documents with pages can be drawn: PDFs and images")
    if not 1 <= number <= count:
        raise InvalidOptions(f"there is no page {number}; the document has {count}")
    page = document.pages[number - 1]
    if page.width <= 0 or page.height <= 0:
        raise InvalidOptions(f"page {number} could not be read")
    return page
