"""Passages between quotation marks."""

import re
from collections.abc import Iterator

from models.span import Span

_LONGEST = 120
_QUOTED = re.compile(
    rf"[“\"„«‘'](?:(?<=“)(?=\S)([^“”\"]{{1,{_LONGEST}}})(?<=\S)[”\"]"
    rf"|(?<=\")(?=\S)([^“”\"]{{1,{_LONGEST}}})(?<=\S)\""
    rf"|(?<=„)(?=\S)([^„“”\"]{{1,{_LONGEST}}})(?<=\S)[“”\"]"
    rf"|(?<=«)[\s\u00a0]?(?=\S)([^«»]{{1,{_LONGEST}}})(?<=\S)[\s\u00a0]?»"
    rf"|(?<=‘)(?<!\w.)(?=\S)([^‘’]{{1,{_LONGEST}}})(?<=\S)’(?!\w)"
    rf"|(?<=')(?<![\w'].)(?=[^\s'])([^'\n]{{1,60}})(?<=\S)'(?!\w))"
)
"""One of the opening marks first: `re` finds that fast."""


def quoted(text: str) -> Iterator[tuple[Span, Span]]:
    """What is quoted, with its marks and without them, of at most 120 code points and one paragraph."""
    for found in _QUOTED.finditer(text):
        inner = Span(*found.span(found.lastindex or 0))
        if "\n\n" not in inner.of(text):
            yield Span(*found.span()), inner.trimmed(text)
