"""What is sent in front of a chunk of code: its file and the heads it stands under, as a comment."""

from models.chunk import CONTEXT_SEPARATOR, JOINT
from models.document import Document, Heading
from models.options import ChunkingOptions
from services.segmentation.code.symbols import Symbols
from services.segmentation.contexts import SHARE, Context, Contexts, longest_start
from services.segmentation.tools import Tokenizer


class CodeContexts(Contexts):
    """`# path › class A(B) › def f(self)`; made and counted once for each symbol."""

    def __init__(
        self,
        document: Document,
        symbols: Symbols,
        comment: tuple[str, str],
        tokenizer: Tokenizer,
        options: ChunkingOptions,
    ) -> None:
        super().__init__(document, tokenizer, options.max_tokens, wanted=options.heading_context)
        self._symbols = symbols
        self._opening, self._closing = comment
        self._tokens = tokenizer.count
        self._most = options.max_tokens // SHARE if options.heading_context else 0
        self._file = document.metadata.get("path", "")
        self._known: dict[int | None, Context] = {}

    def path(self, offset: int) -> tuple[Heading, ...]:
        """The symbols around the offset."""
        return tuple(Heading(symbol.span, 0, symbol.path[-1]) for symbol in self._symbols.chain(offset))

    def context(self, offset: int) -> Context:
        """The prefix of a chunk that starts at the offset."""
        if not self._most:
            return Context()
        index = self._symbols.around(offset)
        if index not in self._known:
            signatures = [symbol.signature for symbol in self._symbols.chain(offset)]
            self._known[index] = self._made_of([*filter(None, (self._file,)), *signatures])
        return self._known[index]

    def _made_of(self, titles: list[str]) -> Context:
        """Outer titles go first where the quarter of the cap is not enough, then the end of the innermost."""
        for first in range(len(titles)):
            context = self._comment(CONTEXT_SEPARATOR.join(titles[first:]))
            if context.tokens <= self._most:
                return context
        fits = lambda start: self._comment(start).tokens <= self._most  # noqa: E731
        return self._comment(longest_start(titles[-1], fits)) if titles and self._most else Context()

    def _comment(self, line: str) -> Context:
        if not line:
            return Context()
        closing = self._closing.strip()
        text = self._opening + (line.replace(closing, "") if closing else line) + self._closing
        return Context(text, self._tokens([text + JOINT])[0])
