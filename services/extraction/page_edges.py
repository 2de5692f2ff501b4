"""Rows at the upper and lower edge of a page, as candidates for what repeats on every page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from services.extraction.frames import Placed, around
from services.extraction.raw import RawLine, RawPage
from services.extraction.reading_order import FlowRow, rows

_BAND = 0.14
_ROWS_PER_BAND = 4
_LONGEST = 160
_MARGIN = 0.1
_APART = 0.6
_LARGER = 1.15
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(r"^(?:page )?[-–—\[(| ]*(?:[a-z]{1,2}[-–.])?0(?: ?(?:of|/|-) ?0)?[-–—\])| .]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row near the top or bottom edge; `height` is where it stands, as a share of the page.

    `depth` counts rows from the edge. `apart`: there is space between it and the body; `sure`: and it is not
    larger, as a heading would be.
    """

    page: int
    top: bool
    height: float
    text: str
    wording: str
    lines: tuple[RawLine, ...]
    apart: bool
    sure: bool
    depth: int = 0


def candidates(page: RawPage) -> Iterator[Candidate]:
    """Short rows in the outer bands of the page, at most four at each edge; and turned lines beside it."""
    if page.width and page.height:
        yield from _margins(page)
    flat = [Placed(line, rank, line.box) for rank, line in enumerate(page.lines) if line.turn == 0]
    if not flat:
        return
    limit = _BAND * page.height
    largest = _LARGER * median(item.line.style.size for item in flat)
    above = rows([item for item in flat if item.box.y1 <= limit])
    below = rows([item for item in flat if item.box.y0 >= page.height - limit])
    for top, band in ((True, above), (False, below[::-1])):
        free = _detached(band, flat, top=top)
        for depth, row in enumerate(band[:_ROWS_PER_BAND]):
            found = _candidate(page, row, top=top, apart=depth < free)
            if len(found.text) <= _LONGEST and any(map(str.isalnum, found.text)):
                large = max(line.style.size for line in found.lines) > largest
                yield replace(found, sure=found.sure and not large, depth=depth)


def _margins(page: RawPage) -> Iterator[Candidate]:
    """Lines that run up or down beside the text; `height` is how far from the left edge they stand."""
    for line in page.lines:
        place = (line.box.x0 + line.box.x1) / 2 / page.width
        if line.turn % 2 and min(place, 1 - place) < _MARGIN and len(line.text) <= _LONGEST:
            yield Candidate(page.number, False, place, line.text, wording(line.text), (line,), True, True)


def is_page_number(text: str) -> bool:
    """Whether the wording is nothing but a number, as pages have it."""
    return _PAGE_NUMBER.match(text) is not None


def wording(text: str, *, apart: bool = True) -> str:
    """The text with every number, and a Roman numeral alone, made 0.

    A row that touches the body keeps its numbers, unless it is nothing but a page number.
    """
    folded = " ".join(text.casefold().split())
    if _ROMAN.match(folded):
        return "0"
    counted = _DIGITS.sub("0", folded)
    return counted if apart or is_page_number(counted) else folded


def _candidate(page: RawPage, row: FlowRow, *, top: bool, apart: bool) -> Candidate:
    lines = tuple(item.line for item in row)
    text = " ".join(line.text for line in lines)
    middle = (row[0].box.y0 + row[0].box.y1) / 2 / page.height
    return Candidate(page.number, top, middle, text, wording(text, apart=apart), lines, apart, apart)


def _detached(band: Sequence[FlowRow], items: Sequence[Placed], *, top: bool) -> int:
    """How many rows from the edge inwards stand apart from what follows them."""
    free = 0
    for depth, row in enumerate(band[:_ROWS_PER_BAND], 1):
        box = around(row)
        if top:
            inner = (item.box.y0 - box.y1 for item in items if item.box.y0 + item.box.y1 > box.y0 + box.y1)
        else:
            inner = (box.y0 - item.box.y1 for item in items if item.box.y0 + item.box.y1 < box.y0 + box.y1)
        if min((gap for gap in inner if gap > -box.height / 2), default=box.height) > _APART * box.height:
            free = depth
    return free
