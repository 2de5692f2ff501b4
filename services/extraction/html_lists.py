"""The numbers that browsers write before the items of ordered lists (HTML, 4.4.5 and 4.4.8)."""

import re
from collections.abc import Callable
from typing import Any

from services.extraction.numerals import letters, roman, upper

_STYLES: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": letters,
    "A": upper(letters),
    "i": roman,
    "I": upper(roman),
    "decimal": str,
    "decimal-leading-zero": lambda number: f"{number:02}",
    "lower-alpha": letters,
    "lower-latin": letters,
    "upper-alpha": upper(letters),
    "upper-latin": upper(letters),
    "lower-roman": roman,
    "upper-roman": upper(roman),
}
_UNNUMBERED = ("none", "disc", "circle", "square")
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]*)", re.IGNORECASE)
_INTEGER = re.compile(r"\s*([-+]?\d{1,6})")


class Counter:
    """Where one list stands. Bulleted lists have no numbers."""

    def __init__(self, element: Any, tag: str) -> None:
        self._style = _style(element) if tag == "ol" else "none"
        self._step = 1
        first = _integer(element.get("start"))
        if tag == "ol" and element.get("reversed") is not None:
            self._step = -1
            first = sum(1 for _ in element.iterchildren("li")) if first is None else first
        self._next = 1 if first is None else first

    def label(self, item: Any) -> str:
        """Count one item; its number with a stop, nothing where none is shown."""
        own = _integer(item.get("value"))
        number = self._next if own is None else own
        self._next = number + self._step
        style = _style(item, self._style)
        return "" if style in _UNNUMBERED else f"{_STYLES.get(style, str)(number)}."


def says_itself(text: str, label: str) -> bool:
    """Whether the author wrote the number into the text, as is done where a style sheet hides it."""
    number = re.escape(label.removesuffix("."))
    return re.match(rf"[(\[]?{number}[.)\]:]", text, re.IGNORECASE) is not None


def _style(element: Any, default: str = "1") -> str:
    written = _STYLE.search(element.get("style") or "")
    for word in written[1].lower().split() if written else ():
        if word in _STYLES or word in _UNNUMBERED:
            return word
    own = (element.get("type") or "").strip()
    return own if own in _STYLES else default


def _integer(text: str | None) -> int | None:
    match = _INTEGER.match(text or "")
    return int(match[1]) if match else None
