"""From a flow of units to cuts: fit, count, optimise, overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.chunk import JOINT, joined, sent_to_model
from models.document import Document, Heading
from models.span import Span, is_blank
from services.segmentation.fitting import fit
from services.segmentation.packing import Piece, Problem, pack
from services.segmentation.part import Part
from services.segmentation.plan import Flow, Unit
from services.segmentation.tools import Tokenizer, Tools


@dataclass(frozen=True, slots=True)
class Cut:
    """A chunk before it is described: its spans, its exact tokens, why it ends where it does, its part."""

    spans: tuple[Span, ...]
    tokens: int
    reason: str
    part: Part


class Cutter:
    """Cuts flows of one part of a document."""

    def __init__(self, document: Document, part: Part, tools: Tools) -> None:
        self.document = document
        self.part = part
        self.options = part.options
        self.tools = tools
        self.contexts = part.contexts
        self._cap = self.options.max_tokens - self.options.overlap_tokens

    def cuts(self, flow: Flow) -> list[Cut]:
        """Pack one flow."""
        units, tokens = fit(self.document, flow, self.room, self.tools)
        problem = self._problem(units, tokens)
        found = pack(problem, lambda pieces: self._exact(units, pieces))
        return [self._cut(units, problem, piece, size) for piece, size in found]

    def room(self, offset: int) -> int:
        """Tokens left for the text of a chunk that starts at the offset."""
        return self._cap - self._prefix(offset)

    def _prefix(self, offset: int) -> int:
        return self.contexts.context(offset).tokens + self.tools.tokenizer.specials

    def _problem(self, units: Sequence[Unit], tokens: Sequence[int]) -> Problem:
        return Problem(
            tokens=tokens,
            gaps=_gap_tokens(self.document.text, units, self.tools.tokenizer),
            prefixes=[self._prefix(unit.span.start) for unit in units],
            scores=[unit.before.score for unit in units],
            cap=self._cap,
            target=min(self.options.target, self._cap),
            minimum=self.options.min_tokens,
            nested=_nested([unit.depth for unit in units]),
        )

    def _exact(self, units: Sequence[Unit], pieces: Sequence[Piece]) -> list[int]:
        """Tokens of the final texts, prefix and special tokens included."""
        return self.tools.tokenizer.sent([self._sent(units, piece) for piece in pieces])

    def _sent(self, units: Sequence[Unit], piece: Piece) -> str:
        spans = spans_of(self.document.text, units[slice(*piece)])
        context = self.contexts.context(spans[0].start).text
        return sent_to_model(context, joined(self.document.text, spans))

    def _cut(self, units: Sequence[Unit], problem: Problem, piece: Piece, tokens: int) -> Cut:
        start, tokens = self._overlapping(units, problem, piece, tokens)
        spans = spans_of(self.document.text, units[start : piece[1]])
        return Cut(spans, tokens, self._reason(units, problem, piece), self.part)

    def _overlapping(
        self, units: Sequence[Unit], problem: Problem, piece: Piece, tokens: int
    ) -> tuple[int, int]:
        """Whole units of the chunk before, up to the overlap, never across a heading."""
        start, left = piece[0], self.options.overlap_tokens
        while left and start > 0:
            left -= problem.tokens[start - 1] + problem.gaps[start]
            if left < 0 or self._path(units[start - 1]) != self._path(units[start]):
                break
            (longer,) = self._exact(units, [(start - 1, piece[1])])
            if longer > self.options.max_tokens:
                break
            start, tokens = start - 1, longer
        return start, tokens

    def _path(self, unit: Unit) -> tuple[Heading, ...]:
        return self.contexts.path(unit.span.start)

    def _reason(self, units: Sequence[Unit], problem: Problem, piece: Piece) -> str:
        i, j = piece
        if j == len(units):
            return "end of the document" if self._is_end(units[-1].span.end) else "end of the region"
        grown = problem.size((i, j + 1))
        reason = units[j].before.reason
        return f"{reason}; one more unit would make {grown} tokens" if grown > problem.cap else reason

    def _is_end(self, offset: int) -> bool:
        return is_blank(self.document.text, offset, len(self.document.text))


def spans_of(text: str, units: Sequence[Unit]) -> tuple[Span, ...]:
    """Units as the fewest spans: neighbours with only white space between them are one."""
    spans: list[Span] = []
    start, end = units[0].span
    for unit in units[1:]:
        following = unit.span.start
        if end != following and not (end < following and is_blank(text, end, following)):
            spans.append(Span(start, end))
            start = following
        end = unit.span.end
    return tuple(sorted([*spans, Span(start, end)]))


def _nested(depths: Sequence[int]) -> list[int]:
    """For each unit the first one after it that is less deep; nothing where all are equally deep."""
    if len(set(depths)) < 2:  # noqa: PLR2004
        return []
    firsts, open_units = [len(depths)] * len(depths), list[int]()
    for index, depth in enumerate(depths):
        while open_units and depths[open_units[-1]] > depth:
            firsts[open_units.pop()] = index
        open_units.append(index)
    return firsts


def _gap_tokens(text: str, units: Sequence[Unit], tokenizer: Tokenizer) -> list[int]:
    """Tokens between each unit and the one before it.

    Where white space melts into words (BPE) a single blank is taken as free: the exact count decides.
    """
    counted: dict[str, int] = {"": 0} if tokenizer.additive else {"": 0, " ": 0}
    gaps = [0]
    for before, after in pairwise(units):
        if before.span.end == after.span.start:
            gaps.append(0)
            continue
        gap = text[before.span.end : after.span.start]
        key = JOINT if gap.strip() else gap
        if key not in counted:
            counted[key] = tokenizer.count([key])[0]
        gaps.append(counted[key])
    return gaps
