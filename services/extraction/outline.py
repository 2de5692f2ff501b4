"""Bookmarks found again on their pages."""

import re
from collections import defaultdict
from collections.abc import Sequence

from services.extraction.heading_looks import MOST_ROWS, MOST_SET_APART, is_short
from services.extraction.numbering import label_length
from services.extraction.raw import OutlineEntry, RawBlock

_WORDS = re.compile(r"[^\W_]+")
_SHORTEST = 4


def outlined(blocks: Sequence[RawBlock], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """Depth by block number, for the blocks whose words a bookmark of their page or the page before has."""
    if not outline:
        return {}
    by_page: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for i, block in enumerate(blocks):
        if is_short(block, rows=MOST_SET_APART):
            by_page[block.page].append((i, *_keys(block.text)))
    found: dict[int, int] = {}
    for entry in outline:
        wanted = _keys(entry.title)
        near = [
            item
            for page in (entry.page, entry.page + 1)
            for item in by_page.get(page, ())
            if item[0] not in found
        ]
        match = next((i for i, *keys in near if keys[0] == wanted[0]), None)
        if match is None:
            match = next((i for i, *keys in near if _same_name(wanted, keys)), None)
        if match is not None:
            found[match] = entry.level
    return found


def listed(blocks: Sequence[RawBlock], titles: Sequence[str]) -> set[int]:
    """Numbers of the blocks whose words a table of contents lists; the last of several that are the same."""
    wanted = {key for title in titles if len(key := _key(title)) >= _SHORTEST}
    found = {
        key: i
        for i, block in enumerate(blocks)
        if is_short(block, rows=MOST_ROWS) and (key := _key(block.text)) in wanted
    }
    return set(found.values())


def _keys(text: str) -> tuple[str, str]:
    """Letters and digits of the whole, and of what follows the number."""
    return _key(text), _key(text[label_length(text) :])


def _key(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _same_name(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Whether they are the same but for the number, which one of them leaves out."""
    shared = {*wanted} & {*found}
    return any(len(key) >= _SHORTEST for key in shared)
