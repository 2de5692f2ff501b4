"""Units that are larger than a chunk may be fall apart, level by level, until every one fits."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from models.document import Document
from models.errors import CapTooSmall
from models.span import Span
from services.segmentation.ladder import boundaries, split
from services.segmentation.plan import INSIDE_WORD, WORD_END, Evidence, Level, Unit
from services.segmentation.tools import Tools

GRAIN = 16
"""Runs of words or graphemes are cut to about this part of the room: the optimizer fits them together."""

Room = Callable[[int], int]
"""Tokens that are left for a chunk's own text when it starts at an offset."""


def fit(document: Document, units: Sequence[Unit], room: Room, tools: Tools) -> tuple[list[Unit], list[int]]:
    """The same text as units that each fit into their room, with their tokens; CapTooSmall if impossible."""
    counts = tools.tokenizer.by_lines([unit.span.of(document.text) for unit in units])
    fitted: list[Unit] = []
    sizes: list[int] = []
    for unit, tokens in zip(units, counts, strict=True):
        if tokens <= room(unit.span.start):
            fitted.append(unit)
            sizes.append(tokens)
        else:
            parts, part_sizes = fit(document, _parts(document, unit, room, tools), room, tools)
            fitted += parts
            sizes += part_sizes
    return fitted, sizes


def _parts(document: Document, unit: Unit, room: Room, tools: Tools) -> list[Unit]:
    if unit.level < Level.CLAUSE:
        return split(document, unit, tools)
    grain = max(1, room(unit.span.start) // GRAIN)
    if unit.level is Level.CLAUSE:
        spans = _runs(document.text, boundaries(document.text, unit.span, Level.WORD), grain, tools)
        return _units(unit, spans, Level.WORD, WORD_END)
    if unit.level is Level.WORD and unit.span.end - unit.span.start > 1:
        spans = _runs(document.text, boundaries(document.text, unit.span, Level.GRAPHEME), grain, tools)
        return _units(unit, spans, Level.GRAPHEME, INSIDE_WORD)
    if unit.span.end - unit.span.start > 1:
        return _units(unit, _code_points(unit.span), Level.GRAPHEME, INSIDE_WORD)
    raise CapTooSmall


def _units(whole: Unit, spans: Sequence[Span], level: Level, evidence: Evidence) -> list[Unit]:
    units = [Unit(span, level, evidence) for span in spans]
    return [units[0]._replace(before=whole.before), *units[1:]]


def _code_points(span: Span) -> list[Span]:
    """A grapheme cluster above the cap: nothing is left but to cut it."""
    return [Span(i, i + 1) for i in range(span.start, span.end)]


def _runs(text: str, cuts: Sequence[int], grain: int, tools: Tools) -> list[Span]:
    """Halve at the cuts until each run has at most `grain` tokens or is one piece: O(length · log)."""
    done: list[tuple[int, int]] = []
    pending = [(0, len(cuts) - 1)]
    while pending:
        spans = [_run(text, cuts, run) for run in pending]
        counts = tools.tokenizer.count([span.of(text) for span in spans])
        halved: list[tuple[int, int]] = []
        for (low, high), tokens in zip(pending, counts, strict=True):
            if tokens <= grain or high - low == 1:
                done.append((low, high))
            else:
                halved += pairwise((low, (low + high) // 2, high))
        pending = halved
    return [_run(text, cuts, run) for run in sorted(done)]


def _run(text: str, cuts: Sequence[int], run: tuple[int, int]) -> Span:
    start, end = cuts[run[0]], cuts[run[1]]
    return Span(start, start + len(text[start:end].rstrip()))
