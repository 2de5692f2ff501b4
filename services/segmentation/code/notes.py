"""What chunks of code say of themselves: language, symbol, signature, names, imports, place in the file."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.document import Document
from models.span import Span
from services.segmentation.code.file_bytes import file_bytes
from services.segmentation.code.file_kinds import file_flags
from services.segmentation.code.names import words
from services.segmentation.code.source import Lines
from services.segmentation.code.symbols import Symbol, Symbols

_IMPORTING = frozenset(
    ("import", "from", "as", "use", "using", "include", "package", "static", "type", "extern", "crate", "pub")
)
"""Words of import statements that name nothing."""


class Place(NamedTuple):
    """Where a chunk stands: without white space at its ends, with the symbols that begin in it.

    It is about the only outermost one of them; else about the innermost one around it.
    """

    ink: Span
    within: Sequence[Symbol]
    around: int | None
    about: Symbol | None


class CodeNotes:
    """Notes of one source; everything that needs the whole text is found once."""

    def __init__(self, document: Document, language: str | None, symbols: Symbols) -> None:
        self._text = document.text
        self._symbols = symbols
        self._lines = Lines(document.text)
        path = document.metadata.get("path", "")
        self._file = {"language": language or document.metadata.get("language"), "path": path or None}
        self._bytes = file_bytes(document)
        self._flags = file_flags(document.text, path)
        self._defined = {symbol.path[-1] for symbol in symbols.symbols}
        self._imported = defaultdict[str, list[int]](list)
        for index, span in enumerate(symbols.imports):
            for name in set(words(span.of(document.text))) - _IMPORTING:
                self._imported[name].append(index)
        known = self._defined | self._imported.keys()
        self._known = {name for name in known if not name[0].isdecimal()}
        self._places: dict[tuple[int, int], Place] = {}

    def headings(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The path of the symbol that the chunk is about."""
        symbol = self._place(spans).about
        return symbol.path if symbol else ()

    def container(self, spans: Sequence[Span]) -> int | None:
        """Where the symbol around the chunk begins."""
        index = self._place(spans).around
        return None if index is None else self._symbols.symbols[index].span.start

    def metadata(self, spans: Sequence[Span]) -> dict[str, Any]:
        """Lines count from 1, columns (code points) from 0; `end` is exclusive, `lines` have text."""
        start, end = spans[0].start, spans[-1].end
        ink, within, _, symbol = self._place(spans)
        found = self._known.intersection(words(self._text[ink.start : ink.end]))
        defines = [symbol.name for symbol in within]
        own = {name.rpartition(".")[2] for name in defines}
        lines = self._lines
        return {
            **self._file,
            "symbol": symbol.name if symbol else None,
            "kind": symbol.kind if symbol else None,
            "signature": symbol.signature if symbol else None,
            "docstring": symbol.docstring if symbol else None,
            "defines": defines,
            "references": sorted((found & self._defined) - own),
            "imports": self._imports(found),
            "lines": [lines.number(ink.start), lines.number(ink.end - 1)],
            "start": lines.place(start),
            "end": lines.place(end),
            "bytes": [self._bytes.at(start), self._bytes.at(end)] if self._bytes else None,
            "flags": self._flags,
        }

    def _imports(self, found: set[str]) -> list[str]:
        """The import statements that name one of the names, each once."""
        indices = {index for name in found for index in self._imported.get(name, ())}
        spans = (self._symbols.imports[index] for index in sorted(indices))
        return list(dict.fromkeys(span.of(self._text) for span in spans))

    def _place(self, spans: Sequence[Span]) -> Place:
        key = spans[0].start, spans[-1].end
        if key not in self._places:
            self._places[key] = self._found(Span(*key).trimmed(self._text))
        return self._places[key]

    def _found(self, ink: Span) -> Place:
        around, within = self._symbols.around(ink.start), self._symbols.within(ink)
        outermost = [symbol for symbol in within if symbol.inside == around]
        if len(outermost) == 1:
            return Place(ink, within, around, outermost[0])
        return Place(ink, within, around, None if around is None else self._symbols.symbols[around])
