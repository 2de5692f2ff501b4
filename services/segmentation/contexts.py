"""The heading path above a place, and the part of it that is sent to the model in front of a chunk."""

from collections.abc import Callable, Sequence

from models.chunk import CONTEXT_SEPARATOR, JOINT
from models.document import Document, Heading, heading_paths
from services.segmentation.tools import Tokenizer

SHARE = 4
"""The context may take up to a quarter of the cap: a long prefix is cut, never the body."""


class Contexts:
    """Heading paths of one document; contexts are made and counted once per path."""

    def __init__(self, document: Document, tokenizer: Tokenizer, max_tokens: int, *, wanted: bool) -> None:
        self._document = document
        self._paths = heading_paths(document)
        self._count = tokenizer.count
        self._limit = max_tokens // SHARE if wanted else 0
        self._made: dict[tuple[str, ...], tuple[str, int]] = {(): ("", 0)}

    def path(self, offset: int) -> tuple[Heading, ...]:
        """Headings in force at an offset, a heading that starts there included."""
        index = self._document.block_at(offset)
        return self._paths[index] if index >= 0 else ()

    def context(self, offset: int) -> tuple[str, int]:
        """The prefix of a chunk that starts at the offset and its tokens, joint included."""
        above = tuple(h.title for h in self.path(offset) if h.span.start < offset)
        if above not in self._made:
            self._made[above] = self._fit(above)
        return self._made[above]

    def _fit(self, titles: Sequence[str]) -> tuple[str, int]:
        """Outer headings go first, then the end of the innermost one."""
        for first in range(len(titles)):
            context = CONTEXT_SEPARATOR.join(titles[first:])
            if self._tokens(context) <= self._limit:
                return context, self._tokens(context)
        context = _longest_start(titles[-1], lambda start: self._tokens(start) <= self._limit)
        return (context, self._tokens(context)) if context else ("", 0)

    def _tokens(self, context: str) -> int:
        return self._count([context + JOINT])[0]


def _longest_start(title: str, fits: Callable[[str], bool]) -> str:
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
