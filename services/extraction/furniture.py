"""Running headers, footers and page numbers: short rows at the same place of many pages."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.document import Drop, DropReason
from models.geometry import Box, bounds
from services.extraction.page_edges import Candidate, candidates, is_page_number
from services.extraction.page_slots import in_slots, lone
from services.extraction.raw import RawPage

_SAME_PLACE = 0.015
_FEWEST = 2
_MANY = 3
_SHARE = 0.3
_DENSE = 0.3
_SHORT = 4
_MOST = 0.6
_NUMBER = re.compile(r"\d{1,6}")
_CAPTION = re.compile(r"(?:table|figure|fig\.|chart|box|plate|schedule|appendix|annex) 0")


@dataclass(frozen=True, slots=True)
class Cleared:
    """Pages without their furniture, and the furniture declared."""

    pages: tuple[RawPage, ...]
    drops: tuple[Drop, ...]


def clear(pages: Sequence[RawPage]) -> Cleared:
    """Take out what repeats at the edges of the pages; needs two pages that agree, body text stays.

    Where it would empty most pages of their text, it was the body, and nothing is taken out.
    """
    found = [candidate for page in pages for candidate in candidates(page)]
    repeated = list(_repeated(found, len(pages)))
    repeated += in_slots(found, repeated, len(pages))
    repeated += [candidate for page in pages for candidate in lone(page, found, repeated)]
    gone: dict[int, set[int]] = defaultdict(set)
    for candidate in repeated:
        gone[candidate.page].update(map(id, candidate.lines))
    kept = tuple(_without(page, gone[page.number]) if page.number in gone else page for page in pages)
    if sum(not page.lines for page in kept) > sum(not page.lines for page in pages) + len(pages) // 2:
        return Cleared(tuple(pages), ())
    drops = sorted(map(_drop, repeated), key=lambda drop: drop.page or 0)
    return Cleared(kept, tuple(drops))


def _repeated(found: Sequence[Candidate], page_count: int) -> Iterator[Candidate]:
    """Those that stand on enough pages at one height, and page numbers that count with the pages."""
    groups: dict[tuple[bool, str], list[Candidate]] = defaultdict(list)
    for candidate in found:
        groups[candidate.top, candidate.wording].append(candidate)
    counted = {id(candidate) for candidate in _counting(found, page_count)}
    inner = _innermost(found)
    for group in groups.values():
        for place in _places(group):
            running = _is_running(place, page_count, inner)
            yield from (candidate for candidate in place if running or id(candidate) in counted)


def _counting(found: Sequence[Candidate], page_count: int) -> Iterator[Candidate]:
    """Lone numbers whose distance from the page's own number is that of other pages, at any height."""
    groups: dict[tuple[bool, int], list[Candidate]] = defaultdict(list)
    for candidate in found:
        number = _NUMBER.search(candidate.text)
        if number and is_page_number(candidate.wording):
            groups[candidate.top, int(number[0]) - candidate.page].append(candidate)
    for group in groups.values():
        if len({candidate.page for candidate in group}) >= _needed(page_count, sure=True):
            yield from group


def _innermost(found: Sequence[Candidate]) -> dict[tuple[int, bool], str]:
    """What the row farthest from the edge says, for each edge of each page."""
    return {
        (candidate.page, candidate.top): candidate.wording
        for candidate in sorted(found, key=lambda candidate: candidate.depth)
    }


def _is_running(place: Sequence[Candidate], page_count: int, inner: Mapping[tuple[int, bool], str]) -> bool:
    pages = {candidate.page for candidate in place}
    stretch = max(pages) - min(pages) + 1
    sure = all(candidate.sure for candidate in place)
    return (
        len(pages) >= _needed(page_count, sure=sure)
        and len(pages) >= _DENSE * stretch
        and (_is_apart(place) or (_is_first(place, page_count) and _differs(place, inner)))
        and not (_is_title(place) and len({candidate.text for candidate in place}) > 1)
    )


def _is_apart(place: Sequence[Candidate]) -> bool:
    return sum(candidate.apart for candidate in place) > len(place) / 2


def _differs(place: Sequence[Candidate], inner: Mapping[tuple[int, bool], str]) -> bool:
    """Whether the pages go on differently; pages that are alike altogether have no furniture in common."""
    return len({inner[candidate.page, candidate.top] for candidate in place}) > 1


def _is_title(place: Sequence[Candidate]) -> bool:
    """Whether it could be the caption or, in large type, the heading of something on the page."""
    large = not any(candidate.sure for candidate in place) and all(candidate.apart for candidate in place)
    return large or _CAPTION.match(place[0].wording) is not None


def _is_first(place: Sequence[Candidate], page_count: int) -> bool:
    """Whether the same words begin or end most pages, though they touch the body; no cells of a table."""
    return (
        len({candidate.page for candidate in place}) >= max(_MANY, _MOST * page_count)
        and sum(candidate.depth == 0 for candidate in place) > _MOST * len(place)
        and max(len(candidate.lines) for candidate in place) <= _SHORT // 2
    )


def _needed(page_count: int, *, sure: bool) -> int:
    """Two pages of a short document are enough for what is surely no body text, else three or more."""
    if sure:
        return _FEWEST if page_count <= _SHORT else _MANY
    return max(_MANY, round(_SHARE * page_count))


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
