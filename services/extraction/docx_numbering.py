"""The numbers that Word writes before paragraphs: ECMA-376 part 1, section 17.9."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.extraction.docx_text import W, is_on, number_of, value_at
from services.extraction.numerals import (
    note_sign,
    ordinal,
    ordinal_words,
    repeated_letter,
    roman,
    upper,
    words,
)

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": repeated_letter,
    "upperLetter": upper(repeated_letter),
    "lowerRoman": roman,
    "upperRoman": upper(roman),
    "ordinal": ordinal,
    "cardinalText": lambda number: words(number).capitalize(),
    "ordinalText": lambda number: ordinal_words(number).capitalize(),
    "hex": lambda number: f"{number:X}",
    "chicago": note_sign,
    "numberInDash": lambda number: f"- {number} -",
    "none": lambda _: "",
}
_SUFFIXES = {"nothing": "", "space": " ", "tab": " "}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts; `restart` is the number of levels above that start it again."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int = _LEVELS
    is_legal: bool = False
    suffix: str = " "
    style: str | None = None


@dataclass(slots=True)
class _Counters:
    """Where one abstract list stands; all lists made of it count together."""

    values: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)
    begun: set[tuple[str, int]] = field(default_factory=set)


class Numbering:
    """The lists of one document, counting as paragraphs come in document order."""

    def __init__(self, root: Any | None, list_styles: Mapping[str, str]) -> None:
        """`root` is the numbering part, `list_styles` gives the list that a numbering style stands for."""
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self._counters: dict[str, _Counters] = {}
        if root is not None:
            self._read(root, list_styles)

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level of the list that is tied to the paragraph style."""
        levels = self._levels(number)
        return next((i for i, level in levels.items() if level.style == style), None)

    def has(self, number: str) -> bool:
        """Whether there is such a list."""
        return number in self._lists

    def label(self, number: str, level: int) -> str:
        """Count one paragraph; what Word shows before it and the space that follows, nothing for a bullet."""
        if number not in self._lists:
            return ""
        abstract, _, starts = self._lists[number]
        levels = self._levels(number)
        counters = self._counters.setdefault(abstract, _Counters())
        own = levels.get(level, Level())
        if level in starts and (number, level) not in counters.begun:
            counters.begun.add((number, level))
            counters.values[level] = None
            own_start = starts[level]
        else:
            own_start = own.start
        current = counters.values[level]
        counters.values[level] = own_start if current is None else current + 1
        for deeper in range(level + 1, _LEVELS):
            if level < levels.get(deeper, Level()).restart:
                counters.values[deeper] = None
        if own.format == "bullet":
            return ""
        shown = _PLACEHOLDER.sub(lambda match: _shown(int(match[1]) - 1, own, levels, counters), own.text)
        return shown + own.suffix if shown.strip() else ""

    def _levels(self, number: str) -> dict[int, Level]:
        abstract, overrides, _ = self._lists.get(number, ("", {}, {}))
        return {**self._abstract.get(abstract, {}), **overrides}

    def _read(self, root: Any, list_styles: Mapping[str, str]) -> None:
        linked: dict[str, str] = {}
        for element in root.iterchildren(W + "abstractNum"):
            name = element.get(W + "abstractNumId") or ""
            self._abstract[name] = _level_table(element)
            style = value_at(element, "numStyleLink")
            if style is not None and style in list_styles:
                linked[name] = list_styles[style]
        for element in root.iterchildren(W + "num"):
            number, abstract = element.get(W + "numId") or "", value_at(element, "abstractNumId") or ""
            overrides: dict[int, Level] = {}
            starts: dict[int, int] = {}
            for override in element.iterchildren(W + "lvlOverride"):
                level = number_of(override.get(W + "ilvl"), 0)
                overrides.update(_level_table(override))
                start = value_at(override, "startOverride")
                if start is not None:
                    starts[level] = number_of(start, 1)
            self._lists[number] = (abstract, overrides, starts)
        for abstract, number in linked.items():
            if number in self._lists:
                self._abstract[abstract] = self._levels(number)


def _shown(place: int, own: Level, levels: Mapping[int, Level], counters: _Counters) -> str:
    """The counter of one level as it looks in a label; a level that has not begun shows its start."""
    level = levels.get(place, Level())
    value = counters.values[place]
    number = level.start if value is None else value
    if own.is_legal:
        return str(number)
    return FORMATS.get(level.format, str)(number)


def _level_table(element: Any) -> dict[int, Level]:
    found = {}
    for level in element.iterchildren(W + "lvl"):
        place = number_of(level.get(W + "ilvl"), 0)
        if 0 <= place < _LEVELS:
            found[place] = _level(level, place)
    return found


def _level(element: Any, place: int) -> Level:
    return Level(
        start=number_of(value_at(element, "start"), 0),
        format=value_at(element, "numFmt") or "decimal",
        text=value_at(element, "lvlText") or "",
        restart=number_of(value_at(element, "lvlRestart"), place),
        is_legal=is_on(element, "isLgl"),
        suffix=_SUFFIXES.get(value_at(element, "suff") or "tab", " "),
        style=value_at(element, "pStyle"),
    )
