"""Section numbers read: which family they belong to and which one of it they are.

Letters that are Roman numerals too (`(i)`, `C.`) have two readings; the sequence they stand in decides
between them, as it does in outlines.
"""

import re
from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from models.outline import NodeKind
from services.outline import labels
from services.outline.names import ATTACHED, KINDS, RANKS
from services.outline.ordinals import WHOLE, WORDS, letter, roman
from services.outline.sequence import Mark, placed

_NAMES = {
    word: "annex" if kind in ATTACHED else "part" if kind is NodeKind.BOOK else kind.value
    for word, kind in KINDS.items()
    if kind in RANKS
}
_WORDS = "|".join(sorted(WORDS, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?P<name>{'|'.join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))})"
    rf"(?:\s+|(?<=[.§])|(?=\d))(?P<number>\d+(?:[.:-]\d+)*[a-z]?|[ivxlcdm]+|[a-z]|{_WORDS})"
    r"(?=[\s.:,)\]–—-]|$)",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"(?P<path>\d{1,3}(?:\.\d{1,3}){0,5})(?P<stop>[.):]?)(?=\s|$)")
_LETTERED = re.compile(r"(?P<letter>[A-Z])(?P<path>(?:\.\d{1,3}){1,4})\.?(?=\s|$)")
_MARKED = re.compile(r"(?P<open>\(?)(?P<mark>[A-Za-z]|[ivxlcdm]{1,6}|[IVXLCDM]{1,6})(?P<close>[.)])(?=\s|$)")
_BARE = re.compile(r"(?P<mark>[A-Z]|[IVX]{1,5})\s+(?=[A-Z][^\W\d_]{2})")


class Reading(NamedTuple):
    """One way to read a number: its family, and its place as a path (`2.1` is (2, 1))."""

    family: str
    path: tuple[int, ...]


def readings(text: str) -> tuple[Reading, ...]:
    """How the number at the start of the line may be read; empty where there is none."""
    if label := _LABEL.match(text):
        return _labelled(_NAMES[label["name"].lower()], label["number"].lower())
    if decimal := _DECIMAL.match(text):
        path = tuple(map(int, decimal["path"].split(".")))
        return (Reading(f"decimal {len(path)}", path),)
    if lettered := _LETTERED.match(text):
        path = (ord(lettered["letter"]) - ord("A") + 1, *map(int, lettered["path"][1:].split(".")))
        return (Reading(f"decimal {len(path)}", path),)
    if marked := _MARKED.match(text):
        return _marks(marked["mark"], marked["open"] + marked["close"])
    bare = _BARE.match(text)
    return _marks(bare["mark"], "") if bare else ()


def label_length(text: str) -> int:
    """How many characters of the line its number takes, 0 without one."""
    for pattern in (_LABEL, _DECIMAL, _LETTERED, _MARKED, _BARE):
        if match := pattern.match(text):
            return match.end()
    return 0


def resolved(lines: Sequence[Sequence[Reading]]) -> list[Reading | None]:
    """Of each line's readings the one that fits the sequence best; None for lines without any."""
    numbered = [i for i, line in enumerate(lines) if line]
    chosen: list[Reading | None] = [None] * len(lines)
    for part in placed([_mark(lines[i]) for i in numbered]):
        own = numbered[part.mark]
        chosen[own] = next(one for one in lines[own] if one.family == part.reading.family)
    return chosen


def _mark(line: Sequence[Reading]) -> Mark:
    """A number that must be one; ordinals as the sequence counts them."""
    ordinals = [labels.Reading(family, tuple(WHOLE * place for place in path)) for family, path in line]
    kind = next((kind for kind in RANKS if kind == line[0].family), NodeKind.PARAGRAPH)
    return Mark(tuple(ordinals), NodeKind(kind), 0.0, inf)


def _labelled(name: str, number: str) -> tuple[Reading, ...]:
    if number in WORDS:
        return (Reading(name, (WORDS[number],)),)
    if number[0].isdigit():
        return (Reading(name, tuple(int(part) for part in re.findall(r"\d+", number))),)
    marks = _marks(number, "")
    return tuple(Reading(name, mark.path) for mark in marks)


def _marks(mark: str, signs: str) -> tuple[Reading, ...]:
    """A letter, a Roman numeral, or either."""
    case = "A" if mark.isupper() else "a"
    low = mark.lower()
    found = []
    if len(mark) == 1:
        found.append(Reading(f"{case} {signs}", (letter(low),)))
    if value := roman(low):
        found.append(Reading(f"{'I' if case == 'A' else 'i'} {signs}", (value,)))
    return tuple(found)
