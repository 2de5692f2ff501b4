"""Plain text: the source verbatim, a block for each paragraph."""

import re

from models.document import Block, BlockKind
from models.span import Span
from services.extraction.values import Reading

_BREAK = re.compile(r"(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))+|\f")


def read_plain(text: str) -> Reading:
    """Blocks are what stands between blank lines or form feeds."""
    return Reading(text, tuple(blocks(text, BlockKind.PARAGRAPH)))


def blocks(text: str, kind: BlockKind) -> list[Block]:
    """A block for each run of lines that are not blank; together they hold all that is not white space."""
    found = []
    start = 0
    ends = [(match.start(), match.end()) for match in _BREAK.finditer(text)]
    for end, following in [*ends, (len(text), len(text))]:
        span = (
            trimmed_lines(text, Span(start, end))
            if kind is BlockKind.CODE
            else Span(start, end).trimmed(text)
        )
        if span.start < span.end:
            found.append(Block(span, kind))
        start = following
    return found


def trimmed_lines(text: str, span: Span) -> Span:
    """Without blank lines and white space at its end; the first line keeps its indentation."""
    bare = span.trimmed(text)
    if bare.start == bare.end:
        return bare
    start = bare.start
    while start > span.start and text[start - 1] in " \t":
        start -= 1
    return Span(start, bare.end)
