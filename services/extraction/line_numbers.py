"""Line numbers of bills and pleadings: numbers in a strip of their own that count the lines of a page.

One page tells little: a column of ordinals looks the same. So a page only nominates its strips, and the
document decides: the strip stands where those of other pages stand, and its numbers cut through sentences.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from models.document import Drop, DropReason
from models.geometry import bounds
from services.extraction.number_strips import Numeral, Strip, Where, numerals, strips
from services.extraction.raw import RawLine, RawPage, Run

_SAME_PLACE = 4.0
_LONE_PAGE = 10
_RUNNING = 0.12
_SHARE = 0.3
_MISSING = 3


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """Pages without their line numbers, and the numbers declared, one drop for each strip of a page."""

    pages: tuple[RawPage, ...]
    drops: tuple[Drop, ...]


class _Place(NamedTuple):
    """Where the document has its line numbers, and how they count."""

    where: Where
    step: int
    first: int


def without_line_numbers(pages: Sequence[RawPage]) -> Unnumbered:
    """Take out the line numbers, also on pages that alone would show too few of them."""
    found = {page.number: list(strips(page)) for page in pages}
    places = _places(found, len(pages))
    if not places:
        return Unnumbered(tuple(pages), ())
    kept: list[RawPage] = []
    drops: list[Drop] = []
    last = 0
    for page in pages:
        taken = list(_numbers_at(page, places, last))
        for run in taken:
            last = run[-1].value
            drops.append(_drop(page, run))
        kept.append(_without(page, taken) if taken else page)
    return Unnumbered(tuple(kept), tuple(drops))


def _places(found: Mapping[int, Sequence[Strip]], page_count: int) -> list[_Place]:
    groups: list[list[tuple[int, Strip]]] = []
    for number, of_page in found.items():
        for strip in of_page:
            near = (group for group in groups if _is_near(group[-1][1].where, strip.where))
            group = next(near, None)
            if group is None:
                groups.append([(number, strip)])
            else:
                group.append((number, strip))
    return [_place(group) for group in groups if _is_numbering(group, page_count)]


def _is_near(a: Where, b: Where) -> bool:
    """Flush right or flush left at one place."""
    return abs(a.x1 - b.x1) < _SAME_PLACE or abs(a.x0 - b.x0) < _SAME_PLACE


def _is_numbering(group: Sequence[tuple[int, Strip]], page_count: int) -> bool:
    """Whether strips at one place, one or more pages of them, count lines and not items."""
    pages = {number for number, _ in group}
    most = max(len(strip.numbers) for _, strip in group)
    if len(pages) == 1 and most < _LONE_PAGE:
        return False
    small = sum(strip.small for _, strip in group)
    cased = small + sum(strip.capital for _, strip in group)
    return len(pages) >= _SHARE * page_count and (not cased or small >= _RUNNING * cased)


def _place(group: Sequence[tuple[int, Strip]]) -> _Place:
    longest = max((strip for _, strip in group), key=lambda strip: len(strip.numbers))
    firsts = [strip.numbers[0].value for _, strip in group]
    return _Place(longest.where, longest.step, min(firsts))


def _numbers_at(page: RawPage, places: Sequence[_Place], last: int) -> Iterator[list[Numeral]]:
    """Runs that count on at one of the places: long ones, or such as start anew or follow the page before."""
    marks = sorted(numerals(page), key=lambda mark: mark.box.y0)
    for place in places:
        here, marks = _parted(marks, place.where)
        lowest = {mark.value: mark.box.y0 for mark in here}
        run: list[Numeral] = []
        for mark in here:
            if run and mark.value - run[-1].value in range(place.step, _MISSING * place.step + 1, place.step):
                run.append(mark)
            elif mark.value in (place.first, last + place.step) or _goes_on(mark, lowest, place.step):
                if run:
                    yield run
                run = [mark]
        if run:
            yield run


def _stands_at(mark: Numeral, where: Where) -> bool:
    """Flush with the others, or among them: boxes of words that were read from a picture reach too far."""
    middle = (mark.box.x0 + mark.box.x1) / 2
    return where.x0 <= middle <= where.x1 or _is_near(Where(mark.box.x0, mark.box.x1), where)


def _parted(marks: Sequence[Numeral], where: Where) -> tuple[list[Numeral], list[Numeral]]:
    """Those that stand there, and the others."""
    found: tuple[list[Numeral], list[Numeral]] = [], []
    for mark in marks:
        found[not _stands_at(mark, where)].append(mark)
    return found


def _goes_on(mark: Numeral, lowest: Mapping[int, float], step: int) -> bool:
    """Whether the next two numbers stand below it; `lowest`: the last place of each value."""
    following = (mark.value + step, mark.value + 2 * step)
    return all(lowest.get(value, mark.box.y0) > mark.box.y0 for value in following)


def _drop(page: RawPage, run: Sequence[Numeral]) -> Drop:
    text = " ".join(mark.text for mark in run)
    return Drop(DropReason.LINE_NUMBER, text, page.number, bounds([mark.box for mark in run]))


def _without(page: RawPage, runs: Sequence[Sequence[Numeral]]) -> RawPage:
    gone: dict[int, set[int]] = defaultdict(set)
    for run in runs:
        for mark in run:
            gone[mark.line].add(mark.word)
    lines = (_rest(line, gone[n]) if n in gone else line for n, line in enumerate(page.lines))
    return replace(page, lines=tuple(line for line in lines if line is not None))


def _rest(line: RawLine, gone: set[int]) -> RawLine | None:
    words = tuple(word for n, word in enumerate(line.words) if n not in gone)
    if not words:
        return None
    first = sum(len(word.text) for n, word in enumerate(line.words) if n in gone and n == 0)
    letters = sum(len(word.text) for word in words)
    return replace(
        line, words=words, box=bounds([word.box for word in words]), runs=_cut(line, first, letters)
    )


def _cut(line: RawLine, first: int, letters: int) -> tuple[Run, ...]:
    """The runs of so many characters from the first of those that stay."""
    runs: list[Run] = []
    start = 0
    for run in line.runs:
        kept = min(start + run.letters, first + letters) - max(start, first)
        start += run.letters
        if kept > 0:
            runs.append(run._replace(letters=kept))
    return tuple(runs)
