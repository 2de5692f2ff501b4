"""What is sent to the model in front of a chunk: headings above it, the header of a table it goes on with."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from models.chunk import CONTEXT_SEPARATOR, JOINT
from models.document import Document, Heading, heading_paths
from models.span import Span
from services.segmentation.table_rows import header_above
from services.segmentation.tools import Tokenizer

SHARE = 4
"""The context may take up to a quarter of the cap: a long prefix is cut, never the body."""

ROW_JOINT = "\n"


class Context(NamedTuple):
    """A prefix and its tokens, joint included; `header`: the rows of a table's header that it was made of."""

    text: str = ""
    tokens: int = 0
    header: tuple[Span, ...] = ()


class Contexts:
    """Contexts of one document; made and counted once for each path of headings and header of a table."""

    def __init__(self, document: Document, tokenizer: Tokenizer, max_tokens: int, *, wanted: bool) -> None:
        self._document = document
        self._paths = heading_paths(document)
        self._count = tokenizer.count
        self._limit = max_tokens // SHARE if wanted else 0
        self._made: dict[tuple[tuple[str, ...], tuple[Span, ...]], Context] = {((), ()): Context()}

    def path(self, offset: int) -> tuple[Heading, ...]:
        """Headings in force at an offset, a heading that starts there included."""
        index = self._document.block_at(offset)
        return self._paths[index] if index >= 0 else ()

    def context(self, offset: int) -> Context:
        """The prefix of a chunk that starts at the offset."""
        above = tuple(h.title for h in self.path(offset) if h.span.start < offset)
        header = header_above(self._document, offset)
        if (above, header) not in self._made:
            self._made[above, header] = self._fit(above, header)
        return self._made[above, header]

    def _fit(self, titles: Sequence[str], header: tuple[Span, ...]) -> Context:
        """The header comes first; then outer headings go, then the end of the innermost one."""
        below = self._header(header)
        used = header if below else ()
        for first in range(len(titles)):
            path = CONTEXT_SEPARATOR.join(titles[first:])
            if self._fits(path, below):
                return self._context(path, below, used)
        path = longest_start(titles[-1], lambda start: self._fits(start, below)) if titles else ""
        return self._context(path, below, used)

    def _header(self, header: Sequence[Span]) -> str:
        """The rows as they stand in the text; as many words of them as fit."""
        rows = ROW_JOINT.join(span.of(self._document.text) for span in header)
        if not rows or self._fits("", rows):
            return rows
        start = longest_start(rows, lambda start: self._fits("", start))
        return start if any(map(str.isalnum, start)) else ""

    def _fits(self, path: str, header: str) -> bool:
        return self._context(path, header).tokens <= self._limit

    def _context(self, path: str, header: str, spans: tuple[Span, ...] = ()) -> Context:
        text = JOINT.join(filter(None, (path, header)))
        return Context(text, self._count([text + JOINT])[0] if text else 0, spans)


def longest_start(title: str, fits: Callable[[str], bool]) -> str:
    """As many whole words of the title as fit, with an ellipsis; empty when not even one does."""
    words = title.split()
    low, high = 0, len(words) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(" ".join(words[:middle]) + " …"):
            low = middle
        else:
            high = middle - 1
    start = " ".join(words[:low]) + " …"
    return start if low and fits(start) else ""
