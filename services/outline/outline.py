"""Document → Outline."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from models.document import Document
from models.outline import NodeKind, Outline
from services.outline.doubts import doubt, loss
from services.outline.labels import Label, chain
from services.outline.lines import Line, lines_of
from services.outline.names import RANKS
from services.outline.sequence import Mark, placed
from services.outline.tree import Found, tree_of
from services.outline.wording import heading_of, term_of

_QUOTES = "“\"‘'«„‟‛"
_CELLS = " | "


class _Candidate(NamedTuple):
    """A label in its line, the last one there or not, and the line below."""

    line: Line
    label: Label
    is_last: bool
    below: Line | None


def outline_of(document: Document) -> Outline:
    """The labelled tree of the document's parts. Deterministic; linear in the length of the text."""
    text = document.text
    candidates = _candidates(text, list(lines_of(document)))
    depths: dict[int, int] = {}
    found = []
    for part in placed(_marks(text, candidates)):
        depths[part.mark] = 0 if part.parent is None else depths[part.parent] + 1
        found.append(_found(text, candidates[part.mark], depths[part.mark]))
    return tree_of(found, text, len(text))


def _candidates(text: str, lines: Sequence[Line]) -> list[_Candidate]:
    chains = [_labels(text, line) for line in lines]
    chains.append([])
    return [
        _Candidate(
            line, label, label is labels[-1], lines[i + 1] if i + 1 < len(lines) and not below else None
        )
        for i, (line, (labels, below)) in enumerate(zip(lines, pairwise(chains), strict=True))
        for label in labels
    ]


def _labels(text: str, line: Line) -> list[Label]:
    if text[line.start] in _QUOTES or text.find(_CELLS, line.start, line.end) >= 0:
        return []
    return chain(text, line.start, line.end)


def _marks(text: str, candidates: Sequence[_Candidate]) -> Iterator[Mark]:
    for i, (line, label, is_last, _) in enumerate(candidates):
        following = candidates[i + 1].line.number if i + 1 < len(candidates) else -1
        yield Mark(
            label.readings,
            label.kind,
            doubt(text, label, line.end) if is_last else 0.0,
            loss(text, label),
            is_bare=label.kind in RANKS and following == line.number + 1,
        )


def _found(text: str, candidate: _Candidate, depth: int) -> Found:
    line, label, is_last, below = candidate
    heading = heading_of(text, label, line, below) if is_last else None
    term = term_of(text, label, line) if is_last and label.kind is NodeKind.ITEM else None
    kind = NodeKind.DEFINITION if term else label.kind
    return Found(label.span.start, depth, kind, label.span, label.number, heading or term)
