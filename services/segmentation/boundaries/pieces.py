"""Units that are judged together, and what the judgement makes of the cuts between them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from models.document import Document
from models.span import Span
from services.segmentation.blocks import block_units
from services.segmentation.ladder import split
from services.segmentation.plan import FORBIDDEN, REQUIRED, Evidence, Unit
from services.segmentation.tools import Tools


class Piece(NamedTuple):
    """Neighbouring units from `first` on, before `last`, and the stretch of text that they are."""

    first: int
    last: int
    span: Span


def sentence_units(document: Document, tools: Tools) -> list[Unit]:
    """Every sentence is one unit; in code and tables, every line or row."""
    return [part for unit in block_units(document) for part in split(document, unit, tools)]


def pieces_of(units: Sequence[Unit], fits: Callable[[Span], bool] | None = None) -> list[Piece]:
    """Units that nothing may cut apart are one piece; so are neighbours that fit together."""
    return [
        Piece(first, last, Span(units[first].span.start, units[last - 1].span.end))
        for first, last in pairwise(_starts(units, fits))
    ]


def _starts(units: Sequence[Unit], fits: Callable[[Span], bool] | None) -> Iterator[int]:
    first = 0
    for i, unit in enumerate(units):
        if i == 0 or (
            unit.before.score != FORBIDDEN
            and not (fits and fits(Span(units[first].span.start, unit.span.end)))
        ):
            first = i
            yield i
    yield len(units)


def cut_before(units: Sequence[Unit], pieces: Sequence[Piece], reasons: Mapping[int, str]) -> list[Unit]:
    """The units with demanded cuts before the pieces that have a reason."""
    found = list(units)
    for number, reason in reasons.items():
        first = pieces[number].first
        found[first] = units[first]._replace(before=Evidence(REQUIRED, reason))
    return found


def weighed(
    units: Sequence[Unit], pieces: Sequence[Piece], scores: Sequence[float], reasons: Mapping[int, str]
) -> list[Unit]:
    """The units; a score from 0 to 1 of each gap between pieces counts as much as what stands there.

    The reasons are those of cuts before the pieces that have one.
    """
    found = list(units)
    for number, (piece, score) in enumerate(zip(pieces[1:], scores, strict=True), 1):
        span, level, own, depth = units[piece.first]
        before = Evidence((own.score + score) / 2, reasons.get(number, own.reason))
        found[piece.first] = Unit(span, level, before, depth)
    return found
