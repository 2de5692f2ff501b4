"""Sentences of parts of a text, from engines that split whole texts."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path

from models.options import SentenceEngine, SentenceOptions
from models.span import Span
from services.inference.sentences.engines import engine_of
from services.inference.sentences.values import Engine

Splitter = Callable[[str, Span], list[Span]]
"""The sentences in a span of a text."""

_ALONE = (SentenceEngine.NUPUNKT, SentenceEngine.SPACY, SentenceEngine.CHARBOUNDARY)
"""Engines that look no further than a sentence or two; the others count words and lines of the whole text."""


def splitter_of(options: SentenceOptions, models: Path) -> Splitter:
    """A splitter that opens no files any more; ModelUnavailable, ModelError."""
    engine = engine_of(options, models)
    return piecewise(engine) if options.engine in _ALONE else OfWholeText(engine)


def piecewise(engine: Engine) -> Splitter:
    """Gives the engine each part alone."""
    return lambda text, span: [found.span.shift(span.start) for found in engine(span.of(text))]


class OfWholeText:
    """Splits each text once, as a whole, and gives the parts that are asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._text = ""
        self._found: list[Span] = []

    def __call__(self, text: str, span: Span) -> list[Span]:
        """Sentences in the span; one that reaches beyond it is cut there."""
        if text is not self._text:
            self._text, self._found = text, [found.span for found in self._engine(text)]
        first = bisect_right(self._found, span.start, key=lambda found: found.end)
        last = bisect_left(self._found, span.end, key=lambda found: found.start)
        cut = (Span(max(s.start, span.start), min(s.end, span.end)) for s in self._found[first:last])
        return [part for s in cut if (part := s.trimmed(text)).start < part.end]
