"""Tables of contents: their lines look like headings and are none."""

import re
from collections.abc import Sequence

from models.outline import NodeKind
from services.outline.labels import Label
from services.outline.lines import Line

_HEAD = re.compile(
    r"(?:table\s+of\s+contents|contents|index|inhalt(?:sverzeichnis|sübersicht)?|table\s+des\s+matières|sommaire"
    r"|índice|sumário|indice)\s*:?$",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:\.\s?){3,}\s*\d{1,4}$|[ \t]{2,}\d{1,4}$|\t\d{1,4}$|_{3,}\s*\d{1,4}$|…+\s*\d{1,4}$")
_LONGEST_ENTRY, _LONGEST_HEAD, _FEWEST, _SHARE, _TAIL = 240, 40, 3, 0.5, 40

Found = tuple[int, NodeKind, Label | None]
_Key = tuple[NodeKind, str]


def contents_of(text: str, lines: Sequence[Line], found: Sequence[Found]) -> set[int]:
    """Indices of the lines that a table of contents lists: below its title, or with numbers of pages."""
    paged = {
        index
        for index, _, _ in found
        if _PAGE.search(text, max(lines[index].end - _TAIL, lines[index].start), lines[index].end)
    }
    listed = paged if len(paged) >= _FEWEST else set()
    heads = [
        index
        for index, line in enumerate(lines)
        if line.end - line.start <= _LONGEST_HEAD
        and text[line.start] in "tTcCiIíÍsS"
        and _HEAD.match(text, line.start, line.end)
    ]
    for head in heads[:_FEWEST]:
        listed |= _below(lines, found, head)
    return listed


def _below(lines: Sequence[Line], found: Sequence[Found], head: int) -> set[int]:
    """The entries below the title: up to the first that comes again, if most of them come again."""
    after = [
        (index, (kind, label.number)) for index, kind, label in found if index > head and label is not None
    ]
    if not after:
        return set()
    entries: list[tuple[int, _Key]] = []
    seen: set[_Key] = set()
    for index, key in after:
        if lines[index].end - lines[index].start > _LONGEST_ENTRY or (entries and key == entries[0][1]):
            break
        entries.append((index, key))
        seen.add(key)
    again = {key for _, key in after[len(entries) :]}
    share = sum(key in again for _, key in entries)
    if len(entries) < _FEWEST or share < _SHARE * len(entries):
        return set()
    return {index for index, _ in entries}
