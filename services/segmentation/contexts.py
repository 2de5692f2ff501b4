"""What is sent to the model in front of a chunk: headings and lead-ins above it, the header of its table."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple

from models.chunk import CONTEXT_SEPARATOR, JOINT
from models.document import Document, Heading, heading_paths
from models.span import Span
from services.segmentation.table_rows import header_above
from services.segmentation.tools import Tokenizer

SHARE = 4
"""The context may take up to a quarter of the cap: a long prefix is cut, never the body."""

ROW_JOINT = "\n"

Spans = tuple[Span, ...]


class Context(NamedTuple):
    """A prefix and its tokens, joint included.

    It was made of `header`, rows of a table, and `lead_ins`, sentences ("The Tenant shall:").
    """

    text: str = ""
    tokens: int = 0
    header: Spans = ()
    lead_ins: Spans = ()


class Contexts:
    """Contexts of one document; each path of headings, lead-ins and table header is made and counted once."""

    def __init__(self, document: Document, tokenizer: Tokenizer, max_tokens: int, *, wanted: bool) -> None:
        self._document = document
        self._count = tokenizer.count
        self._limit = max_tokens // SHARE if wanted else 0
        self._at: dict[int, Context] = {}
        self._made: dict[tuple[tuple[str, ...], Spans, Spans], Context] = {((), (), ()): Context()}

    def path(self, offset: int) -> tuple[Heading, ...]:
        """Headings in force at an offset, a heading that starts there included."""
        index = self._document.block_at(offset)
        return self._paths[index] if index >= 0 else ()

    def lead_ins(self, offset: int) -> Spans:  # noqa: ARG002 - headings alone lead nothing in
        """Sentences above that go on at the offset, outermost first."""
        return ()

    def context(self, offset: int) -> Context:
        """The prefix of a chunk that starts at the offset."""
        if offset not in self._at:
            self._at[offset] = self._found_at(offset)
        return self._at[offset]

    def _found_at(self, offset: int) -> Context:
        key = self._above(offset), self.lead_ins(offset), header_above(self._document, offset)
        if key not in self._made:
            self._made[key] = self._fit(*key)
        return self._made[key]

    def _above(self, offset: int) -> tuple[str, ...]:
        path = self.path(offset)
        return tuple(heading.title for heading in path if heading.span.start < offset) if path else ()

    @cached_property
    def _paths(self) -> list[tuple[Heading, ...]]:
        return heading_paths(self._document)

    def _fit(self, titles: Sequence[str], lead_ins: Spans, header: Spans) -> Context:
        """The header comes first; outer headings go, then lead-ins, then the innermost heading's end."""
        rows = self._header(header)
        header = header if rows else ()
        for leading, first in product(range(len(lead_ins) + 1), range(max(1, len(titles)))):
            path = CONTEXT_SEPARATOR.join(titles[first:])
            if self._fits(path, below := self._below(lead_ins[leading:], rows)):
                return self._context(path, below, header, lead_ins[leading:])
        path = longest_start(titles[-1], lambda start: self._fits(start, rows)) if titles else ""
        return self._context(path, rows, header)

    def _below(self, lead_ins: Spans, rows: str) -> str:
        sentences = (" ".join(span.of(self._document.text).split()) for span in lead_ins)
        return JOINT.join(filter(None, ("\n".join(sentences), rows)))

    def _header(self, header: Spans) -> str:
        """The rows as they stand in the text; as many words of them as fit."""
        rows = ROW_JOINT.join(span.of(self._document.text) for span in header)
        if not rows or self._fits("", rows):
            return rows
        start = longest_start(rows, lambda start: self._fits("", start))
        return start if any(map(str.isalnum, start)) else ""

    def _fits(self, path: str, below: str) -> bool:
        return self._context(path, below).tokens <= self._limit

    def _context(self, path: str, below: str, header: Spans = (), lead_ins: Spans = ()) -> Context:
        text = JOINT.join(filter(None, (path, below)))
        return Context(text, self._count([text + JOINT])[0] if text else 0, header, lead_ins)


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
