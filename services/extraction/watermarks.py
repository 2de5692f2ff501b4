"""Watermarks: large words laid across the page, slanting or at the same place of many pages."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from models.document import Drop, DropReason
from services.extraction.raw import RawLine, RawPage

_SLANTING = 1.8
_LARGE = 1.5
_FEWEST = 2
_SHARE = 0.3
_LONGEST = 80
_GRID = 12.0

Spot = tuple[str, int, int]
"""A wording and where its middle stands, in steps of a grid."""


def without_watermarks(pages: Sequence[RawPage]) -> tuple[tuple[RawPage, ...], tuple[Drop, ...]]:
    """The pages without their watermarks, and those declared."""
    spots: dict[Spot, list[tuple[int, RawLine]]] = defaultdict(list)
    for page in pages:
        for line in _large(page):
            spots[_spot(line)].append((page.number, line))
    by_number = {page.number: page for page in pages}
    gone: dict[int, list[RawLine]] = defaultdict(list)
    for members in spots.values():
        repeated = len({number for number, _ in members}) >= max(_FEWEST, _SHARE * len(pages))
        for number, line in members:
            if _is_slanting(line) or (repeated and _lies_across(line, by_number[number])):
                gone[number].append(line)
    kept = tuple(_without(page, gone[page.number]) if page.number in gone else page for page in pages)
    return kept, tuple(_drop(number, line) for number in sorted(gone) for line in gone[number])


def _drop(number: int, line: RawLine) -> Drop:
    return Drop(DropReason.WATERMARK, line.text, number, line.box)


def _large(page: RawPage) -> Iterator[RawLine]:
    if not page.lines:
        return
    least = _LARGE * median(line.style.size for line in page.lines)
    for line in page.lines:
        if line.style.size > least and len(line.text) <= _LONGEST:
            yield line


def _spot(line: RawLine) -> Spot:
    x, y = (line.box.x0 + line.box.x1) / 2, (line.box.y0 + line.box.y1) / 2
    return line.text.casefold(), round(x / _GRID), round(y / _GRID)


def _is_slanting(line: RawLine) -> bool:
    """Whether its box is much higher, across its direction, than letters of its size are."""
    across = line.box.width if line.turn % 2 else line.box.height
    return across > _SLANTING * line.style.size and len(line.text) > 1


def _lies_across(line: RawLine, page: RawPage) -> bool:
    """Whether it covers other lines."""
    return any(
        other is not line
        and other.box.x0 < line.box.x1
        and line.box.x0 < other.box.x1
        and other.box.y0 < line.box.y1
        and line.box.y0 < other.box.y1
        and other.style.size < line.style.size
        for other in page.lines
    )


def _without(page: RawPage, gone: Sequence[RawLine]) -> RawPage:
    marks = set(map(id, gone))
    return replace(page, lines=tuple(line for line in page.lines if id(line) not in marks))
