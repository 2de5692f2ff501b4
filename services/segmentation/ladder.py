"""One level down: block → sentence → clause → word → grapheme cluster. Nothing is ever dropped."""

import re
from itertools import pairwise

import regex

from models.document import BlockKind, Document
from models.span import Span, gaps
from models.table import Table
from services.segmentation.plan import (
    BELOW_TABLE_HEADER,
    CELL_END,
    CLAUSE_END,
    INSIDE_WORD,
    LINE_END,
    ROW_END,
    SENTENCE_END,
    SHARED_ROW_END,
    WORD_END,
    Evidence,
    Level,
    Unit,
)
from services.segmentation.table_rows import cells, header_rows, rows
from services.segmentation.tools import Tools

CLAUSE = re.compile(r"(?<=[,;:–—])\s+|(?<=[、，；：])|\n\s*")
WORD = re.compile(r"\S+")
LINE = re.compile(r"[^\r\n]+")
GRAPHEME = regex.compile(r"\X")


def split(document: Document, unit: Unit, tools: Tools) -> list[Unit]:
    """The unit's parts one level down; the first keeps the unit's own evidence.

    When a level has nothing to cut (one sentence, no comma) the parts are the unit itself, a level lower.
    """
    level = Level(unit.level + 1)
    table = document.table_at(unit.span.start)
    if table is not None and level is Level.SENTENCE:
        units = _table_rows(document.text, table, unit.span)
    elif table is not None and level is Level.CLAUSE:
        units = _table_cells(document.text, table, unit.span)
    else:
        spans, evidence = _parts(document, unit.span, level, tools)
        units = [Unit(span, level, evidence) for span in spans]
    return [units[0]._replace(before=unit.before), *units[1:]]


def boundaries(text: str, span: Span, level: Level) -> list[int]:
    """Where a run of words or of grapheme clusters may be cut, both ends of the span included."""
    if level is Level.GRAPHEME:
        starts = (match.start() for match in GRAPHEME.finditer(text, span.start, span.end))
    else:
        starts = (match.start() for match in WORD.finditer(text, span.start, span.end))
    return [*starts, span.end]


def _parts(document: Document, span: Span, level: Level, tools: Tools) -> tuple[list[Span], Evidence]:
    text = document.text
    if level is Level.SENTENCE:
        kind = _kind(document, span)
        if kind is BlockKind.CODE:
            return _lines(text, span), LINE_END
        if kind is BlockKind.TABLE:
            return _lines(text, span), ROW_END
        return _sentences(text, span, tools), SENTENCE_END
    if level is Level.CLAUSE:
        return _clauses(text, span), CLAUSE_END
    return [span], WORD_END if level is Level.WORD else INSIDE_WORD


def _table_rows(text: str, table: Table, span: Span) -> list[Unit]:
    """Rows; the header stays with the first row below it, rows that share a cell rather stay together."""
    header = header_rows(table)
    shared = {row for cell in table.cells for row in range(cell.row + 1, cell.row + cell.row_span)}
    units: list[Unit] = []
    for row, number in rows(text, table):
        if not span.contains(row):
            continue
        if units and number <= header:
            evidence = BELOW_TABLE_HEADER
        else:
            evidence = SHARED_ROW_END if number in shared else ROW_END
        units.append(Unit(row, Level.SENTENCE, evidence))
    return units


def _table_cells(text: str, table: Table, span: Span) -> list[Unit]:
    """Cells, the bars between them included, and their clauses."""
    starts = cells(table, span)[1:]
    units = []
    for start, end in pairwise([span.start, *starts, span.end]):
        clauses = _clauses(text, Span(start, end).trimmed(text))
        units += [
            Unit(clause, Level.CLAUSE, CELL_END if i == 0 else CLAUSE_END) for i, clause in enumerate(clauses)
        ]
    return units


def _kind(document: Document, span: Span) -> BlockKind:
    index = document.block_at(span.start)
    return document.blocks[index].kind if index >= 0 else BlockKind.PARAGRAPH


def _sentences(text: str, span: Span, tools: Tools) -> list[Span]:
    """The splitter's sentences, and whatever it may have left between them."""
    found = tools.sentences(text, span)
    left = (gap.trimmed(text) for gap in gaps((Span(0, span.start), *found), span.end))
    return sorted((*found, *(gap for gap in left if gap.start < gap.end)))


def _lines(text: str, span: Span) -> list[Span]:
    """Lines with their indentation, blank ones left out; trailing white space goes with the gap."""
    lines = []
    for match in LINE.finditer(text, span.start, span.end):
        line = match.group().rstrip()
        if line:
            lines.append(Span(match.start(), match.start() + len(line)))
    return lines


def _clauses(text: str, span: Span) -> list[Span]:
    """Pieces that end in a comma, colon or line break; white space at a piece's end goes with the gap."""
    cuts = [span.start, *(m.end() for m in CLAUSE.finditer(text, span.start, span.end)), span.end]
    ends = (Span(*cut).trimmed(text).end for cut in pairwise(cuts))
    return [Span(start, end) for start, end in zip(cuts, ends, strict=False) if start < end]
