"""Running headers, footers and page numbers: short rows at the same place of many pages."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.document import Drop, DropReason
from models.geometry import Box, bounds
from services.extraction.page_edges import Candidate, candidates, is_page_number
from services.extraction.raw import RawPage

_SAME_PLACE = 0.015
_FEWEST = 2
_MANY = 3
_SHARE = 0.3


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
    if is_page_number(found.wording):
        reason = DropReason.PAGE_NUMBER
    else:
        reason = DropReason.RUNNING_HEADER if found.top else DropReason.RUNNING_FOOTER
    box: Box = bounds([line.box for line in found.lines])
    return Drop(reason, found.text, found.page, box)


def _without(page: RawPage, gone: set[int]) -> RawPage:
    lines = tuple(line for line in page.lines if id(line) not in gone)
    return replace(page, lines=lines)
