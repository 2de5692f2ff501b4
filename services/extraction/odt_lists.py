"""The numbers before items and headings of OpenDocument texts (1.3 part 3, 16.30 to 16.33 and 19.880)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.extraction.numerals import letters, roman, upper
from services.extraction.odt_names import STYLE, TEXT, count_of

_FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": letters,
    "A": upper(letters),
    "i": roman,
    "I": upper(roman),
}
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Level:
    """How one level shows its number; `shown` is how many levels are shown together."""

    format: str
    prefix: str
    suffix: str
    start: int
    shown: int


class Numbering:
    """Where the lists of each style stand, as paragraphs come in document order."""

    def __init__(self) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._counts: dict[str, list[int | None]] = {}

    def read(self, root: Any) -> None:
        """The list styles and the outline style of a part."""
        for style in root.iter(TEXT + "list-style", TEXT + "outline-style"):
            is_outline = style.tag == TEXT + "outline-style"
            name = "" if is_outline else style.get(STYLE + "name") or ""
            of = TEXT + ("outline-level-style" if is_outline else "list-level-style-number")
            self._levels[name] = {
                count_of(level.get(TEXT + "level")): Level(
                    level.get(STYLE + "num-format") or "",
                    level.get(STYLE + "num-prefix") or "",
                    level.get(STYLE + "num-suffix") or "",
                    count_of(level.get(TEXT + "start-value")),
                    count_of(level.get(TEXT + "display-levels")),
                )
                for level in style.iterchildren(of)
            }

    def restart(self, style: str, level: int, *, value: int | None = None) -> None:
        """The next item of that level begins anew, at its start or at that value."""
        counts = self._counts.setdefault(style, [None] * (_DEEPEST + 1))
        counts[min(level, _DEEPEST) :] = [None] * (_DEEPEST + 1 - min(level, _DEEPEST))
        if value is not None and level <= _DEEPEST:
            counts[level] = value - 1

    def label(self, style: str, level: int) -> str:
        """Count one item; its number, nothing for a bullet."""
        levels = self._levels.get(style, {})
        own = levels.get(level)
        if level > _DEEPEST:
            return ""
        counts = self._counts.setdefault(style, [None] * (_DEEPEST + 1))
        before = counts[level]
        start = own.start if own else 1
        counts[level] = start if before is None else before + 1
        counts[level + 1 :] = [None] * (_DEEPEST - level)
        if own is None or own.format not in _FORMATS:
            return ""
        first = max(1, level - own.shown + 1)
        shown = [self._shown(levels, counts, place) for place in range(first, level + 1)]
        return own.prefix + ".".join(part for part in shown if part) + own.suffix

    def _shown(self, levels: dict[int, Level], counts: list[int | None], place: int) -> str:
        level = levels.get(place)
        if level is None or level.format not in _FORMATS:
            return ""
        count = counts[place]
        return _FORMATS[level.format](level.start if count is None else count)
