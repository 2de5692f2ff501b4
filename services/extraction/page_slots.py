"""Furniture that does not repeat, known by where it stands: chapter headers, and what a lone page has."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from services.extraction.page_edges import Candidate, is_page_number
from services.extraction.raw import RawPage

_SAME_HEIGHT = 0.006
_FEWEST_PAGES = 4
_SHARE = 0.5
_FEW_PAGES = 3
_SHORTEST_TITLE = 6


def in_slots(
    found: Sequence[Candidate], repeated: Sequence[Candidate], page_count: int
) -> Iterator[Candidate]:
    """Candidates in the type and at the height of what was found on half of the pages.

    A header that names the chapter repeats in its chapter only, and in a short one not at all.
    """
    taken = set(map(id, repeated))
    slots: dict[tuple[bool, float], list[Candidate]] = defaultdict(list)
    for candidate in repeated:
        slots[_slot(candidate)].append(candidate)
    kept = {
        slot: median(candidate.height for candidate in members)
        for slot, members in slots.items()
        if len({candidate.page for candidate in members}) >= max(_FEWEST_PAGES, _SHARE * page_count)
    }
    for candidate in found:
        height = kept.get(_slot(candidate))
        near = height is not None and abs(candidate.height - height) < _SAME_HEIGHT
        if near and candidate.sure and id(candidate) not in taken:
            yield candidate


def lone(page: RawPage, found: Sequence[Candidate], repeated: Sequence[Candidate]) -> Iterator[Candidate]:
    """On a page whose edges agree with no other's: its own number, and a header that repeats its title."""
    taken = {candidate.top for candidate in repeated if candidate.page == page.number}
    for candidate in found:
        free = candidate.page == page.number and candidate.top not in taken
        if not free or not candidate.sure or candidate.depth:
            continue
        own_number = is_page_number(candidate.wording) and candidate.text.strip("-–— ") == str(page.number)
        if (own_number and page.number <= _FEW_PAGES) or (candidate.top and _is_title(candidate, page)):
            yield candidate


def _slot(candidate: Candidate) -> tuple[bool, float]:
    return candidate.top, candidate.lines[0].style.size


def _is_title(candidate: Candidate, page: RawPage) -> bool:
    """Whether larger or bold type on the page says the same."""
    text = " ".join(candidate.text.casefold().split())
    small = candidate.lines[0].style
    titles = " ".join(
        line.text.casefold()
        for line in page.lines
        if line.style.size > small.size or (line.style.bold and not small.bold)
    )
    return len(text) >= _SHORTEST_TITLE and f" {text} " in f" {titles} "
