"""How wide text is in the sans serif that pictures are lettered in (the metrics of Helvetica)."""

import unicodedata
from collections.abc import Sequence

_FIRST = 32
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
"""Thousandths of the size, of the printable characters of ASCII."""
_OTHER, _WIDE = 0.6, 1.0
_MORE = "…"


def width(text: str, size: float) -> float:
    """About as wide as the text is at that size."""
    return size * sum(map(_width, text))


def shortened(text: str, size: float, most: float) -> str:
    """The text, or its beginning and an ellipsis where it is wider than `most`."""
    if width(text, size) <= most:
        return text
    room, kept = most / size - _width(_MORE), 0
    for kept, letter in enumerate(text):  # noqa: B007 - how many fit is wanted afterwards
        room -= _width(letter)
        if room < 0:
            break
    return text[:kept].rstrip() + _MORE


def wrapped(words: Sequence[str], size: float, most: float, lines: int, between: str = " ") -> list[str]:
    """The words in lines no wider than `most`; the last one shortened."""
    found: list[str] = []
    first = 0
    while first < len(words) and len(found) < lines - 1:
        last = first + 1
        while last < len(words) and width(between.join(words[first : last + 1]), size) <= most:
            last += 1
        found.append(shortened(between.join(words[first:last]), size, most))
        first = last
    return [*found, shortened(between.join(words[first:]), size, most)] if first < len(words) else found


def _width(letter: str) -> float:
    place = ord(letter) - _FIRST
    if 0 <= place < len(_WIDTHS):
        return _WIDTHS[place] / 1000
    if unicodedata.combining(letter):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER
