"""What chunks say of sources that hold other languages: a chunk inside one of them is in that language."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from models.document import Document
from models.span import Span
from services.segmentation.code.notes import CodeNotes
from services.segmentation.code.source import Source
from services.segmentation.code.symbols import Symbols
from services.segmentation.code.syntax import Syntax


class InnerNotes(CodeNotes):
    """Notes of one source; `inner` are the spans in other languages, in order and apart."""

    def __init__(
        self, document: Document, language: str | None, symbols: Symbols, inner: Sequence[tuple[Span, str]]
    ) -> None:
        super().__init__(document, language, symbols)
        self._inner = inner

    def metadata(self, spans: Sequence[Span]) -> dict[str, Any]:
        """What `CodeNotes` says, with the language of all that the chunk holds."""
        found = super().metadata(spans)
        whole = Span(spans[0].start, spans[-1].end).trimmed(self._text)
        index = bisect_right(self._inner, whole.start, key=lambda inner: inner[0].start) - 1
        if index >= 0 and self._inner[index][0].contains(whole):
            found["language"] = self._inner[index][1]
        return found


def languages_of(syntax: Syntax, source: Source) -> list[tuple[Span, str]]:
    """The spans of a source's outermost trees inside its own, and their languages."""
    return [
        (Span(source.point(inner.start), source.point(inner.end)), inner.syntax.language)
        for inner in syntax.inner
    ]
