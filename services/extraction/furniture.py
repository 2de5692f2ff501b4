"""Running headers, footers and page numbers: short rows at the same place of many pages."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from models.document import Drop, DropReason
from models.geometry import Box, bounds
from services.extraction.frames import Placed, around
from services.extraction.raw import RawLine, RawPage
from services.extraction.reading_order import Flow, rows

_BAND = 0.14
_ROWS_PER_BAND = 4
_LONGEST = 160
_SAME_PLACE = 0.015
_APART = 0.6
_LARGER = 1.15
_FEWEST = 2
_MANY = 3
_SHARE = 0.3
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(r"^(?:page )?[-–—\[(| ]*(?:[a-z]{1,2}[-–.])?0(?: ?(?:of|/|-) ?0)?[-–—\])| .]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row near the top or bottom edge; `height` is where it stands, as a share of the page.

    `sure`: it stands apart from the body and is not larger, as a heading would be.
    """

    page: int
    top: bool
    height: float
    wording: str
    lines: tuple[RawLine, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Cleared:
    """Pages without their furniture, and the furniture declared."""

    pages: tuple[RawPage, ...]
    drops: tuple[Drop, ...]


def clear(pages: Sequence[RawPage]) -> Cleared:
    """Take out what repeats at the edges of the pages; needs two pages that agree, body text stays.

    Where it would empty most pages of their text, it was the body, and nothing is taken out.
    """
    repeated = list(_repeated([found for page in pages for found in candidates(page)], len(pages)))
    gone: dict[int, set[int]] = defaultdict(set)
    for found in repeated:
        gone[found.page].update(map(id, found.lines))
    kept = tuple(_without(page, gone[page.number]) if page.number in gone else page for page in pages)
    if sum(not page.lines for page in kept) > sum(not page.lines for page in pages) + len(pages) // 2:
        return Cleared(tuple(pages), ())
    drops = sorted(map(_drop, repeated), key=lambda drop: drop.page or 0)
    return Cleared(kept, tuple(drops))


def candidates(page: RawPage) -> Iterator[Candidate]:
    """Short rows in the outer bands of the page, at most four at each edge."""
    if not page.height:
        return
    flat = [Placed(line, rank, line.box) for rank, line in enumerate(page.lines) if line.turn == 0]
    limit = _BAND * page.height
    largest = _LARGER * median([item.line.style.size for item in flat] or [0.0])
    above = rows([item for item in flat if item.box.y1 <= limit])[:_ROWS_PER_BAND]
    below = rows([item for item in flat if item.box.y0 >= page.height - limit])[-_ROWS_PER_BAND:]
    for top, band in ((True, above), (False, below[::-1])):
        free = _detached(band)
        for depth, row in enumerate(band):
            lines = tuple(item.line for item in row)
            text = " ".join(line.text for line in lines)
            if len(text) <= _LONGEST:
                middle = (row[0].box.y0 + row[0].box.y1) / 2 / page.height
                apart = depth < free
                sure = apart and max(line.style.size for line in lines) <= largest
                yield Candidate(page.number, top, middle, wording(text, free=apart), lines, sure)


def _detached(band: Flow) -> int:
    """How many rows from the edge inwards stand apart from the row that follows them."""
    free = 0
    for depth, (outer, inner) in enumerate(pairwise(band), 1):
        a, b = around(outer), around(inner)
        if max(b.y0 - a.y1, a.y0 - b.y1) > _APART * min(a.height, b.height):
            free = depth
    return free


def wording(text: str, *, free: bool = True) -> str:
    """The text with every number, and a Roman numeral alone, made 0.

    A row that touches the body keeps its numbers, unless it is nothing but a page number.
    """
    folded = " ".join(text.casefold().split())
    if _ROMAN.match(folded):
        return "0"
    counted = _DIGITS.sub("0", folded)
    return counted if free or _PAGE_NUMBER.match(counted) else folded


def _repeated(found: Sequence[Candidate], page_count: int) -> Iterator[Candidate]:
    groups: dict[tuple[bool, str], list[Candidate]] = defaultdict(list)
    for candidate in found:
        groups[candidate.top, candidate.wording].append(candidate)
    for group in groups.values():
        for place in _places(group):
            pages = {candidate.page for candidate in place}
            if len(pages) >= _needed(page_count, sure=all(candidate.sure for candidate in place)):
                yield from place


def _needed(page_count: int, *, sure: bool) -> int:
    """Two pages of a short document are enough for what is surely no body text, else three."""
    return max(_FEWEST, min(_MANY, round(_SHARE * page_count))) if sure else _MANY


def _places(group: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """The group, cut where the distance from one height to the next is more than a line."""
    place: list[Candidate] = []
    for candidate in sorted(group, key=lambda candidate: candidate.height):
        if place and candidate.height - place[-1].height > _SAME_PLACE:
            yield place
            place = []
        place.append(candidate)
    if place:
        yield place


def _drop(found: Candidate) -> Drop:
    if _PAGE_NUMBER.match(found.wording):
        reason = DropReason.PAGE_NUMBER
    else:
        reason = DropReason.RUNNING_HEADER if found.top else DropReason.RUNNING_FOOTER
    box: Box = bounds([line.box for line in found.lines])
    return Drop(reason, " ".join(line.text for line in found.lines), found.page, box)


def _without(page: RawPage, gone: set[int]) -> RawPage:
    lines = tuple(line for line in page.lines if id(line) not in gone)
    return replace(page, lines=lines)
