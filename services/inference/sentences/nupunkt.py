"""NUPunkt, as it is: rules and counts for English legal text (arXiv 2504.04131)."""

import re
from collections.abc import Iterator

from models.sentence import Sentence
from models.span import Span

LONGEST_RUN = 4096
"""Characters without white space that are given to NUPunkt at most: its time grows with their square."""

_RUN = re.compile(r"\S+")


def sentences(text: str) -> Iterator[Sentence]:
    """NUPunkt's sentences without the white space at their ends.

    A longer run without white space than any language has is a sentence of its own.
    """
    spans = (span.trimmed(text) for span in _spans(text))
    return (Sentence(span) for span in spans if span.start < span.end)


def _spans(text: str) -> Iterator[Span]:
    import nupunkt  # noqa: PLC0415 - 50 ms and its model, only where sentences are asked for

    done = 0
    runs = (match.span() for match in _RUN.finditer(text) if match.end() - match.start() > LONGEST_RUN)
    for start, end in (*runs, (len(text), len(text))):
        between = text if (done, start) == (0, len(text)) else text[done:start]
        yield from (Span(*span).shift(done) for span in nupunkt.sent_spans(between))
        yield Span(start, end)
        done = end
