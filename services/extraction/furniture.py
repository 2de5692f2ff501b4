"""Running headers, footers and page numbers: short rows at the same place of many pages."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.document import Drop, DropReason
from models.geometry import Box, bounds
from services.extraction.frames import Placed
from services.extraction.raw import RawLine, RawPage
from services.extraction.reading_order import rows

_BAND = 0.14
_ROWS_PER_BAND = 4
_LONGEST = 160
_SAME_PLACE = 0.015
_FEWEST = 2
_MANY = 3
_SHARE = 0.3
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(r"^(?:page )?[-–—\[(| ]*(?:[a-z]{1,2}[-–.])?0(?: ?(?:of|/|-) ?0)?[-–—\])| .]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row near the top or bottom edge; `height` is where it stands, as a share of the page."""

    page: int
    top: bool
    height: float
    wording: str
    lines: tuple[RawLine, ...]


@dataclass(frozen=True, slots=True)
class Cleared:
    """Pages without their furniture, and the furniture declared."""

    pages: tuple[RawPage, ...]
    drops: tuple[Drop, ...]


def clear(pages: Sequence[RawPage]) -> Cleared:
    """Take out what repeats at the edges of the pages; needs two pages that agree, body text stays."""
    repeated = _repeated([found for page in pages for found in candidates(page)], len(pages))
    gone: dict[int, set[int]] = defaultdict(set)
    drops = []
    for found in repeated:
        gone[found.page].update(map(id, found.lines))
        drops.append(_drop(found))
    kept = tuple(_without(page, gone[page.number]) if page.number in gone else page for page in pages)
    return Cleared(kept, tuple(sorted(drops, key=lambda drop: drop.page or 0)))


def candidates(page: RawPage) -> Iterator[Candidate]:
    """Short rows in the outer bands of the page, at most four at each edge."""
    if not page.height:
        return
    flat = [Placed(line, rank, line.box) for rank, line in enumerate(page.lines) if line.turn == 0]
    limit = _BAND * page.height
    above = rows([item for item in flat if item.box.y1 <= limit])[:_ROWS_PER_BAND]
    below = rows([item for item in flat if item.box.y0 >= page.height - limit])[-_ROWS_PER_BAND:]
    for top, band in ((True, above), (False, below)):
        for row in band:
            lines = tuple(item.line for item in row)
            text = " ".join(line.text for line in lines)
            if len(text) <= _LONGEST:
                middle = (row[0].box.y0 + row[0].box.y1) / 2 / page.height
                yield Candidate(page.number, top, middle, wording(text), lines)


def wording(text: str) -> str:
    """The text with every number, and a Roman numeral alone, made 0."""
    folded = " ".join(_DIGITS.sub("0", text.casefold()).split())
    return "0" if _ROMAN.match(folded) else folded


def _repeated(found: Sequence[Candidate], page_count: int) -> Iterator[Candidate]:
    groups: dict[tuple[bool, str], list[Candidate]] = defaultdict(list)
    for candidate in found:
        groups[candidate.top, candidate.wording].append(candidate)
    for group in groups.values():
        for place in _places(group):
            pages = {candidate.page for candidate in place}
            if len(pages) >= _needed(page_count):
                yield from place


def _needed(page_count: int) -> int:
    return max(_FEWEST, min(_MANY, round(_SHARE * page_count)))


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
