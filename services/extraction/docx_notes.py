"""Footnotes and endnotes: the signs that Word gives them, in the order in which the text refers to them."""

from collections.abc import Callable, Iterator
from typing import Any

from services.extraction.docx_numbering import FORMATS
from services.extraction.docx_text import W, number_of, value_at

_DEFAULTS = {"footnote": "decimal", "endnote": "lowerRoman"}


class Notes:
    """All notes of one document; a sign stands in brackets, so that it cannot be taken for a figure."""

    def __init__(self, settings: Any | None, body: Any) -> None:
        self._notes: dict[tuple[str, str], Any] = {}
        self._signs: dict[tuple[str, str], str] = {}
        self._told: set[tuple[str, str]] = set()
        self._counts = dict.fromkeys(_DEFAULTS, 0)
        self._formats: dict[str, Callable[[int], str]] = {}
        for kind, usual in _DEFAULTS.items():
            places = [body] if settings is None else [body, settings]
            style = _said(places, kind, "numFmt") or usual
            self._formats[kind] = FORMATS.get(style, str)
            self._counts[kind] = number_of(_said(places, kind, "numStart"), 1) - 1

    def add(self, kind: str, root: Any) -> None:
        """The notes of a part; separators and the like are none."""
        for note in root.iterchildren(W + kind):
            if note.get(W + "type") in (None, "normal"):
                self._notes[kind, note.get(W + "id") or ""] = note

    def mark(self, kind: str, name: str) -> str:
        """The sign of a note at its next reference; nothing for a note that is not there."""
        key = (kind, name)
        if key not in self._notes:
            return ""
        if key not in self._signs:
            self._counts[kind] += 1
            self._signs[key] = f"[{self._formats[kind](self._counts[kind])}]"
        return self._signs[key]

    def take(self, kind: str, name: str) -> tuple[Any, str] | None:
        """A note and its sign, the first time it is asked for."""
        key = (kind, name)
        if key in self._told or key not in self._notes:
            return None
        self._told.add(key)
        return self._notes[key], self._signs.get(key, "")

    def rest(self, kind: str) -> Iterator[tuple[str, Any, str]]:
        """Names, notes and signs of all that have not been taken: those referred to first, in that order."""
        known = [name for of, name in (*self._signs, *self._notes) if of == kind]
        for name in dict.fromkeys(known):
            found = self.take(kind, name)
            if found is not None:
                yield name, *found


def _said(places: list[Any], kind: str, what: str) -> str | None:
    for place in places:
        path = f"sectPr/{kind}Pr/{what}" if place.tag == W + "body" else f"{kind}Pr/{what}"
        found = value_at(place, path)
        if found is not None:
            return found
    return None
