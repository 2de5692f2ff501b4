"""Numbers as references write them: `4.2(b)`, `(a) and (b)`, `4 to 6`."""

import re
from typing import NamedTuple

from services.outline.ordinals import COUNTED

_S = r"\s{0,12}"
_BRACKET = r"\((?:\d{1,4}[A-Za-z]{0,2}|[A-Za-z]{1,2}|[ivxl]{1,7}|[IVXL]{1,7}|aaa|bbb|ccc)(?:-\d{1,2})?\)"
_BASE = (
    r"(?:[LRD]\.\s?)?\d{1,6}[A-Za-z]{0,3}(?![A-Za-z])"
    r"(?:[.:–-]\d{1,5}(?:\.\d{1,3})?[A-Za-z]{0,2}(?![A-Za-z])){0,6}(?:-(?:bis|ter|quater))?"
)
_LETTERS = r"(?:[IVXLC]{1,7}|[A-Z]|AA|BB|CC|DD)(?:[-.]\d{1,3}|[-.][A-Z]\d?)?(?![\w’'.&-]*[a-z])(?!\w)"
WORD = rf"(?:{'|'.join(form for word in COUNTED for form in (word.title(), word.upper()))})(?![\w’'-])"
"""A number in words, as it is printed behind a name: `Article Two`."""
_NUMBERED = rf"{_BASE}(?:[ ]?{_BRACKET}){{0,8}}"
_BARE = r"[a-z]\)?(?![\w’'-])(?!\.\w)"
NUMBER = re.compile(rf"(?P<number>{_NUMBERED}|{_BRACKET}(?:[ ]?{_BRACKET}){{0,8}})")
NAMED_NUMBER = re.compile(
    rf"(?P<number>{_NUMBERED}|{_BRACKET}(?:[ ]?{_BRACKET}){{0,8}}"
    rf"|(?:{WORD}|{_LETTERS})(?:[ ]?{_BRACKET}){{0,8}})"
)
LETTER = re.compile(rf"(?P<number>{_BARE})")
_DESCRIBED = r"(?:\s{0,12}(?:\[[^\[\]]{3,80}\]|\([A-Z][^()]{3,80}\))(?=,|\s(?:and|or)\s))?"
_RANGE = (
    r"(?:to|through|thru|bis|à|al?|até)(?:\s(?:[Ss]ection|[Aa]rticle|[Cc]lause))?(?=\s)|[–—-](?=[\d(]| \()"
)
_CONJUNCTION = r"and/or|and|or|und|oder|et|ou|y|o|e|ed|sowie|&"
JOINT = re.compile(
    rf"{_DESCRIBED}{_S}(?:(?P<range>{_RANGE})|(?P<comma>,)?{_S}(?P<and>{_CONJUNCTION})?"
    rf"(?:\s(?:either|both|in|of|to)(?=\s[(\d]))?){_S}(?:§\s?)?"
)
"""Between two numbers of a list."""

_PIECE = re.compile(r"\((\w{1,6}(?:-\d{1,2})?)\)|([^()\s]+)")


class Number(NamedTuple):
    """`path` is what is printed, outermost first (`4.2`, `b`); the number of a range's end `is_end`."""

    path: tuple[str, ...]
    is_end: bool = False


def path_of(wording: str) -> tuple[str, ...]:
    """The labels of one number: `4.2(b)(i)` is `4.2`, `b`, `i`."""
    joined = re.sub(r"\s", "", wording)
    return tuple((inner or outer.rstrip(")")) for inner, outer in _PIECE.findall(joined))


def is_bracketed(wording: str) -> bool:
    """Whether it is in brackets from its first character on."""
    return wording.startswith("(")


def shape(label: str) -> str:
    """What kind of label it is: figures, small letters or capitals, with or without points."""
    if label[0].isdigit():
        return "point" if "." in label or "-" in label else "figure"
    return "small" if label.islower() else "capital"


def continued(before: tuple[str, ...], bracketed: tuple[str, ...], *, has_base: bool) -> tuple[str, ...]:
    """`(b)` after `4.2(a)` is `4.2(b)`: it takes the place of the last label of its shape."""
    least = 1 if has_base else 0
    for place in range(len(before) - 1, least - 1, -1):
        if shape(before[place]) == shape(bracketed[0]):
            return before[:place] + bracketed
    return (before[:-1] if len(before) > 1 else before[:least]) + bracketed
