"""Parts of an outline as units: whole while they fit, else their own text and the parts below."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from models.document import Document
from models.outline import Node, NodeKind, Outline
from models.span import Span
from services.segmentation.blocks import block_units
from services.segmentation.plan import (
    BELOW_HEADING,
    PARAGRAPH_END,
    REQUIRED,
    START,
    Evidence,
    Level,
    Unit,
)
from services.segmentation.section.wording import leads_in, own_spans, wording

HIGHEST, STEP, LOWEST = 0.95, 0.06, 0.6
"""How good a cut before a part of the outermost level is, what each level takes from that, and the least."""
LEAD_IN = Evidence(0.2, "between a lead-in and its items")
APART = Evidence(REQUIRED, "beside a section larger than a chunk")
DEFINED = Evidence(REQUIRED, "beside a definition")

Fits = Callable[[Span], bool]
"""Whether a chunk has room for the span."""


class _Piece(NamedTuple):
    """A node, or (`node` None) own text of one, and the evidence for a cut before it."""

    span: Span
    before: Evidence
    node: int | None = None


def section_units(document: Document, outline: Outline, fits: Fits, *, definitions_apart: bool) -> list[Unit]:
    """Units in order that cover the document.

    No chunk of them holds a part of one section and anything of its sibling: cuts between siblings that fit
    are free, those around one that does not are required.
    """
    parts = _Parts(document.text, outline, fits, definitions_apart=definitions_apart)
    blocks = block_units(document)
    starts = [unit.span.start for unit in blocks]
    units: list[Unit] = []
    pending = parts.below(None, START)[::-1]
    while pending:
        piece = pending.pop()
        if piece.node is None:
            units += _clipped(document.text, piece, blocks, starts)
        elif parts.is_whole(piece.node):
            units.append(Unit(piece.span, Level.SECTION, piece.before))
        else:
            pending += parts.below(piece.node, piece.before)[::-1]
    return units


class _Parts:
    """What nodes fall apart into, where they do."""

    def __init__(self, text: str, outline: Outline, fits: Fits, *, definitions_apart: bool) -> None:
        self._text = text
        self._outline = outline
        self._fits = fits
        self._whole: dict[int, bool] = {}
        self._apart = _with_definitions(outline) if definitions_apart else frozenset()

    def is_whole(self, index: int) -> bool:
        """Whether the node is one unit: it fits, and no definition in it is to stand apart."""
        if index not in self._whole:
            self._whole[index] = index not in self._apart and self._fits(self._outline.nodes[index].span)
        return self._whole[index]

    def below(self, index: int | None, before: Evidence) -> list[_Piece]:
        """The node's own text and its children in order (None: the document's); the first takes `before`."""
        own = [_Piece(span, PARAGRAPH_END) for span in own_spans(self._text, self._outline, index)]
        children = self._outline.children(index)
        nodes = [_Piece(self._node(child).span, START, child) for child in children]
        pieces = sorted((*own, *nodes), key=lambda piece: piece.span)
        found = [piece._replace(before=before) for piece in pieces[:1]]
        for last, piece in pairwise(pieces):
            found.append(piece._replace(before=self._between(index, last, piece)))
        return found

    def _between(self, parent: int | None, last: _Piece, piece: _Piece) -> Evidence:
        """What speaks for a cut between two neighbours under one parent."""
        nodes = [each.node for each in (last, piece) if each.node is not None]
        if parent is not None and last.span.start == self._outline.nodes[parent].span.start:
            own = wording(self._text, self._outline, parent)
            if own.start == own.end:
                return BELOW_HEADING
            if leads_in(self._text, own):
                return LEAD_IN
        elif not all(map(self.is_whole, nodes)):
            return APART
        if self._apart and any(self._node(i).kind is NodeKind.DEFINITION for i in nodes):
            return DEFINED
        return PARAGRAPH_END if piece.node is None else _before(self._node(piece.node))

    def _node(self, index: int) -> Node:
        return self._outline.nodes[index]


def _with_definitions(outline: Outline) -> frozenset[int]:
    """The nodes around definitions."""
    found: set[int] = set()
    for node in outline.nodes:
        above = node.parent if node.kind is NodeKind.DEFINITION else None
        while above is not None and above not in found:
            found.add(above)
            above = outline.nodes[above].parent
    return frozenset(found)


def _before(node: Node) -> Evidence:
    score = max(LOWEST, HIGHEST - STEP * node.level)
    return Evidence(score, f"{node.kind.value} begins, level {node.level + 1}")


def _clipped(text: str, piece: _Piece, blocks: Sequence[Unit], starts: Sequence[int]) -> Iterator[Unit]:
    """The blocks, or what the piece has of them, the first with the evidence of the piece."""
    first = max(0, bisect_right(starts, piece.span.start) - 1)
    before: Evidence | None = piece.before
    for unit in blocks[first : bisect_left(starts, piece.span.end)]:
        inside = Span(max(unit.span.start, piece.span.start), min(unit.span.end, piece.span.end))
        if inside.start < inside.end and (span := inside.trimmed(text)).start < span.end:
            yield Unit(span, unit.level, before or unit.before)
            before = None
