"""What chunks of code say of themselves: language, symbol, signature, names, imports, place in the file."""

import re
from collections.abc import Sequence
from typing import Any

from models.document import Document
from models.span import Span
from services.segmentation.code.file_bytes import file_bytes
from services.segmentation.code.file_kinds import file_flags
from services.segmentation.code.source import Lines
from services.segmentation.code.symbols import Symbol, Symbols

_NAME = re.compile(r"[^\W\d]\w*")
_IMPORTING = frozenset(
    ("import", "from", "as", "use", "using", "include", "package", "static", "type", "extern", "crate", "pub")
)
"""Words of import statements that name nothing."""


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
        self._imports = [(span, _names(span.of(document.text)) - _IMPORTING) for span in symbols.imports]
        self._defined = {symbol.path[-1] for symbol in symbols.symbols}

    def headings(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The path of the symbol that the chunk is about."""
        symbol = self._about(spans)
        return symbol.path if symbol else ()

    def container(self, spans: Sequence[Span]) -> int | None:
        """Where the symbol around the chunk begins."""
        index = self._symbols.around(self._ink(spans).start)
        return None if index is None else self._symbols.symbols[index].span.start

    def metadata(self, spans: Sequence[Span]) -> dict[str, Any]:
        """Lines count from 1, columns (code points) from 0; `end` is exclusive, `lines` have text."""
        whole, ink = Span(spans[0].start, spans[-1].end), self._ink(spans)
        symbol = self._about(spans)
        defines = [found.name for found in self._symbols.within(ink)]
        names = _names(ink.of(self._text))
        own = {name.rpartition(".")[2] for name in defines}
        return {
            **self._file,
            "symbol": symbol.name if symbol else None,
            "kind": symbol.kind if symbol else None,
            "signature": symbol.signature if symbol else None,
            "docstring": symbol.docstring if symbol else None,
            "defines": defines,
            "references": sorted(names & self._defined - own),
            "imports": list(
                dict.fromkeys(span.of(self._text) for span, known in self._imports if names & known)
            ),
            "lines": [self._lines.number(ink.start), self._lines.number(ink.end - 1)],
            "start": [self._lines.number(whole.start), self._lines.column(whole.start)],
            "end": [self._lines.number(whole.end), self._lines.column(whole.end)],
            "bytes": [self._bytes.at(whole.start), self._bytes.at(whole.end)] if self._bytes else None,
            "flags": self._flags,
        }

    def _about(self, spans: Sequence[Span]) -> Symbol | None:
        """The only outermost symbol that begins in the chunk; else the innermost one around it."""
        ink = self._ink(spans)
        around = self._symbols.around(ink.start)
        outermost = [symbol for symbol in self._symbols.within(ink) if symbol.inside == around]
        if len(outermost) == 1:
            return outermost[0]
        return None if around is None else self._symbols.symbols[around]

    def _ink(self, spans: Sequence[Span]) -> Span:
        return Span(spans[0].start, spans[-1].end).trimmed(self._text)


def _names(text: str) -> set[str]:
    return set(_NAME.findall(text))
