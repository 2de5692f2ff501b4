"""What chunks of documents with code in them say: headings and symbols, languages, cells."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from models.chunk import CONTEXT_SEPARATOR
from models.document import Document, Heading
from models.options import ChunkingOptions
from models.span import Span
from services.segmentation.code.contexts import Title
from services.segmentation.code.mixed import Mixture
from services.segmentation.code.notes import CodeNotes
from services.segmentation.code.summaries import summary
from services.segmentation.code.symbols import Symbols
from services.segmentation.contexts import Contexts
from services.segmentation.describing import headings_of
from services.segmentation.tools import Tokenizer

_OF_A_FILE = ("lines", "start", "end", "bytes")
PROSE = "markdown"
_OF_CODE = ("defines", "references", "imports")


class MixedContexts(Contexts):
    """The headings above, then the heads of the definitions that the chunk goes on with.

    With `summaries`, what each definition says of itself follows its head, where all of it fits.
    """

    def __init__(
        self,
        document: Document,
        symbols: Symbols,
        tokenizer: Tokenizer,
        options: ChunkingOptions,
        *,
        summaries: bool,
    ) -> None:
        super().__init__(document, tokenizer, options.max_tokens, wanted=options.heading_context)
        self._symbols = symbols
        self._summaries = summaries

    def path(self, offset: int) -> tuple[Heading, ...]:
        """Headings in force at an offset, and the symbols around it."""
        heads = (Heading(symbol.span, 0, symbol.signature) for symbol in self._symbols.chain(offset))
        return (*super().path(offset), *heads)

    def _above(self, offset: int) -> tuple[str, ...]:
        plain = super()._above(offset)
        around = [symbol for symbol in self._symbols.chain(offset) if symbol.span.start < offset]
        if not self._summaries or not around:
            return plain
        heads = (Title(symbol.signature, summary(symbol.docstring)).line for symbol in around)
        said = (*plain[: -len(around)], *heads)
        return said if self._fits(CONTEXT_SEPARATOR.join(said), "") else plain


class MixedNotes(CodeNotes):
    """Notes of one document; places in the file only where the document's text is the file."""

    def __init__(self, document: Document, mixture: Mixture, symbols: Symbols, contexts: Contexts) -> None:
        super().__init__(document, None, symbols)
        self._document = document
        self._mixture = mixture
        self._contexts = contexts
        self._is_file = "byte_mark" in document.metadata
        self._ends = [listing.span.end for listing in mixture.listings]

    def headings(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The headings above the chunk and the path of the symbol that it is about."""
        return (*headings_of(self._document, spans, self._contexts), *super().headings(spans))

    def metadata(self, spans: Sequence[Span]) -> dict[str, Any]:
        """What `CodeNotes` says of code; `cells`: the numbers of the first and the last one."""
        found = super().metadata(spans)
        whole = Span(spans[0].start, spans[-1].end).trimmed(self._document.text)
        languages = self._languages(whole)
        if len(languages) == 1:
            found["language"] = languages.pop() or found["language"]
        elif not languages:
            found |= {name: [] for name in _OF_CODE}
            found["language"] = PROSE if self._mixture.cells else found["language"]
        if not self._is_file:
            found = {name: value for name, value in found.items() if name not in _OF_A_FILE}
        header = self._contexts.context(spans[0].start).header
        if header:
            found["table_header"] = [list(span) for span in header]
        cells = self._mixture.cells_at(whole)
        return found | ({"cells": [cells[0].number, cells[-1].number]} if cells else {})

    def _languages(self, span: Span) -> set[str]:
        """Those of the listings that share a code point with the span."""
        found = set[str]()
        for listing in self._mixture.listings[bisect_right(self._ends, span.start) :]:
            if listing.span.start >= span.end:
                break
            found.add(listing.language)
        return found
