"""Where lines begin, for parsers that speak of line numbers."""

import re
from bisect import bisect_right

from models.span import Span

_END = re.compile(r"\r\n|\r|\n")


class LineMap:
    """Line numbers (from 0) to spans; a line ends at LF, CR or CRLF only, as Markdown has it."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in _END.finditer(text))]
        self.end = len(text)

    def span(self, first: int, stop: int) -> Span:
        """Lines `first <= n < stop`, line ends included."""
        return Span(self._start(first), self._start(stop))

    def number(self, offset: int) -> int:
        """The line that holds the offset."""
        return bisect_right(self.starts, offset) - 1

    def _start(self, line: int) -> int:
        return self.starts[line] if line < len(self.starts) else self.end
