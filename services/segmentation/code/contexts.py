"""What is sent in front of a chunk of code: its file and the heads it stands under, as a comment."""

from collections.abc import Sequence
from typing import NamedTuple

from models.chunk import CONTEXT_SEPARATOR, JOINT
from models.document import Document, Heading
from models.options import ChunkingOptions
from services.segmentation.code.summaries import Opening, summary
from services.segmentation.code.symbols import Symbols
from services.segmentation.contexts import SHARE, Context, Contexts, longest_start
from services.segmentation.tools import Tokenizer

NOTHING = Context()


class Title(NamedTuple):
    """What a file or a symbol is called, and what it says of itself."""

    name: str
    summary: str

    @property
    def line(self) -> str:
        """Both."""
        return ": ".join(filter(None, self))


class CodeContexts(Contexts):
    """`# path: What it is. › class A(B): What it does.`; made and counted once for each symbol."""

    def __init__(
        self,
        document: Document,
        symbols: Symbols,
        comment: tuple[str, str],
        tokenizer: Tokenizer,
        options: ChunkingOptions,
        opening: Opening | None = None,
    ) -> None:
        """With the `opening` of the file, summaries follow the names."""
        super().__init__(document, tokenizer, options.max_tokens, wanted=options.heading_context)
        self._symbols = symbols
        self._opening, self._closing = comment
        self._tokens = tokenizer.count
        self._most = options.max_tokens // SHARE if options.heading_context else 0
        self._file = document.metadata.get("path", "")
        self._opening_words = opening
        self._known: dict[tuple[int | None, bool], Context] = {}

    def path(self, offset: int) -> tuple[Heading, ...]:
        """The symbols around the offset."""
        return tuple(Heading(symbol.span, 0, symbol.path[-1]) for symbol in self._symbols.chain(offset))

    def context(self, offset: int) -> Context:
        """The prefix of a chunk that starts at the offset."""
        if not self._most:
            return NOTHING
        opening = self._opening_words or Opening()
        key = (self._symbols.around(offset), offset > opening.start)
        if key not in self._known:
            self._known[key] = self._made_of(self._titles(offset, opening))
        return self._known[key]

    def _titles(self, offset: int, opening: Opening) -> list[Title]:
        """The file, then the symbols around the offset; what the chunk says itself is not said twice."""
        file = Title(self._file, opening.summary if offset > opening.start else "")
        said = self._opening_words is not None
        symbols = [
            Title(symbol.signature, summary(symbol.docstring) if said else "")
            for symbol in self._symbols.chain(offset)
        ]
        return [title for title in (file, *symbols) if title != ("", "")]

    def _made_of(self, titles: Sequence[Title]) -> Context:
        """Where a quarter of the cap is not enough summaries go first, those of outer titles before the last.

        Then outer titles go, then the end of the innermost.
        """
        plain = [title.name for title in titles if title.name]
        lines = [[title.line for title in titles], [*plain[:-1], *(title.line for title in titles[-1:])]]
        for line in (*lines, *(plain[first:] for first in range(len(plain)))):
            context = self._comment(CONTEXT_SEPARATOR.join(line))
            if context.tokens <= self._most:
                return context
        fits = lambda start: self._comment(start).tokens <= self._most  # noqa: E731
        return self._comment(longest_start(plain[-1], fits)) if plain and self._most else NOTHING

    def _comment(self, line: str) -> Context:
        if not line:
            return NOTHING
        closing = self._closing.strip()
        text = self._opening + (line.replace(closing, "") if closing else line) + self._closing
        return Context(text, self._tokens([text + JOINT])[0])
