"""Bookmarks found again on their pages."""

import re
from collections import defaultdict
from collections.abc import Sequence

from services.extraction.heading_looks import MOST_ROWS, is_short
from services.extraction.raw import OutlineEntry, RawBlock

_WORDS = re.compile(r"[^\W_]+")
_SHORTEST = 4
_LONGEST_NUMBER = 8


def outlined(blocks: Sequence[RawBlock], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """Depth by block number, for the blocks whose words a bookmark of their page or the page before has."""
    if not outline:
        return {}
    by_page: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for i, block in enumerate(blocks):
        if is_short(block, rows=MOST_ROWS + 2):
            by_page[block.page].append((i, _key(block.text)))
    found: dict[int, int] = {}
    for entry in outline:
        wanted = _key(entry.title)
        near = (*by_page.get(entry.page, ()), *by_page.get(entry.page + 1, ()))
        match = next((i for i, text in near if i not in found and _same_title(wanted, text)), None)
        if match is not None:
            found[match] = entry.level
    return found


def _key(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _same_title(wanted: str, text: str) -> bool:
    """Equal, or equal but for the number that one of them leaves out."""
    if wanted == text:
        return bool(wanted)
    shorter, longer = sorted((wanted, text), key=len)
    number = longer.removesuffix(shorter)
    return (
        len(shorter) >= _SHORTEST
        and len(number) <= _LONGEST_NUMBER
        and number != longer
        and not number.isalpha()
    )
