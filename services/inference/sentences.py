"""Sentence splitters: text → trimmed spans."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from models.options import SentenceEngine
from models.span import Span

LONGEST_RUN = 4096
"""Characters without white space that are given to NUPunkt at most: its time grows with their square."""

_RUN = re.compile(r"\S+")

Splitter = Callable[[str, Span], list[Span]]
"""The sentences in a span of a text."""


def nupunkt_spans(text: str) -> list[Span]:
    """NUPunkt's sentences (arXiv 2504.04131) without the white space at their ends.

    A longer run without white space than any language has is a sentence of its own.
    """
    spans = (span.trimmed(text) for span in _spans(text))
    return [span for span in spans if span.start < span.end]


def kerf_spans(text: str) -> list[Span]:
    """The sentences of Kerf's own model; see services.inference.boundaries."""
    from services.inference.boundaries.splitter import sentences  # noqa: PLC0415 - loads numpy and a model

    return [sentence.span for sentence in sentences(text)]


class OfWholeText:
    """Splits each text once, as a whole, and gives the parts that are asked for."""

    def __init__(self, spans: Callable[[str], list[Span]]) -> None:
        self._spans = spans
        self._text = ""
        self._found: list[Span] = []

    def __call__(self, text: str, span: Span) -> list[Span]:
        """Sentences in the span; one that reaches beyond it is cut there."""
        if text is not self._text:
            self._text, self._found = text, self._spans(text)
        first = bisect_right(self._found, span.start, key=lambda found: found.end)
        last = bisect_left(self._found, span.end, key=lambda found: found.start)
        cut = (Span(max(s.start, span.start), min(s.end, span.end)) for s in self._found[first:last])
        return [part for s in cut if (part := s.trimmed(text)).start < part.end]


def _piecewise(text: str, span: Span) -> list[Span]:
    return [found.shift(span.start) for found in nupunkt_spans(span.of(text))]


def _kerf() -> Splitter:
    kerf_spans("All that is needed is loaded now. While files can be opened.\nA line.")
    return OfWholeText(kerf_spans)


ENGINES: dict[SentenceEngine, Callable[[], Splitter]] = {
    SentenceEngine.NUPUNKT: lambda: _piecewise,
    SentenceEngine.KERF: _kerf,
}
"""Makers of splitters. NUPunkt is given each piece alone; our own counts the words of the whole text."""


def _spans(text: str) -> Iterator[Span]:
    import nupunkt  # noqa: PLC0415 - 50 ms and its model, only where sentences are asked for

    done = 0
    runs = (match.span() for match in _RUN.finditer(text) if match.end() - match.start() > LONGEST_RUN)
    for start, end in (*runs, (len(text), len(text))):
        between = text if (done, start) == (0, len(text)) else text[done:start]
        yield from (Span(*span).shift(done) for span in nupunkt.sent_spans(between))
        yield Span(start, end)
        done = end
