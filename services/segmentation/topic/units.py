"""What topics are made of: sentences, or lines where every line is a statement or a turn of its own."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from models.document import BlockKind, Document
from models.span import Span
from services.segmentation.blocks import block_units
from services.segmentation.ladder import split
from services.segmentation.plan import LINE_END, Level, Unit
from services.segmentation.tools import Tools

ENDS = ".!?…。！？"
LINE = re.compile(r"\S(?:[^\r\n]*\S)?")
"""Without white space around it."""


def topic_units(document: Document, tools: Tools) -> list[Unit]:
    """Every sentence is one unit; in code, tables and transcripts, every line or row."""
    units = block_units(document)
    turns = turns_of(document)
    if not turns:
        return [part for unit in units for part in split(document, unit, tools)]
    found: list[Unit] = []
    for unit in units:
        lines = turns.get(unit.span.start)
        found += split(document, unit, tools) if lines is None else _line_units(unit, lines)
    return found


def _line_units(unit: Unit, lines: Sequence[Span]) -> list[Unit]:
    first, *others = (Unit(line, Level.BLOCK, LINE_END) for line in lines)
    return [first._replace(before=unit.before), *others]


def turns_of(document: Document) -> dict[int, list[Span]]:
    """Lines of the paragraphs, where most end for a reason other than that they are full."""
    if document.pages:
        return {}
    paragraphs = [
        block.span.trimmed(document.text) for block in document.blocks if block.kind is BlockKind.PARAGRAPH
    ]
    lines = {span.start: _lines(document.text, span) for span in paragraphs if span.start < span.end}
    breaks = [full for found in lines.values() for full in _full(document.text, found)]
    return lines if breaks and 2 * sum(breaks) < len(breaks) else {}


def _lines(text: str, span: Span) -> list[Span]:
    return [Span(*match.span()) for match in LINE.finditer(text, span.start, span.end)]


def _full(text: str, lines: Sequence[Span]) -> Iterable[bool]:
    """Of each line but the last, whether its sentence goes on because the next word had no room."""
    width = max(line.end - line.start for line in lines)
    for line, following in pairwise(lines):
        room = width - (line.end - line.start + 1)
        yield text[line.end - 1] not in ENDS and len(following.of(text).split(maxsplit=1)[0]) > room
