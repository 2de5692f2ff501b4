"""Document → Outline."""

from models.document import Document
from models.outline import NodeKind, Outline
from models.span import Span
from services.outline.asides import with_asides
from services.outline.candidates import Candidate, candidates_of
from services.outline.given import given_parts
from services.outline.judgments import judgment_parts
from services.outline.lines import Line, lines_of
from services.outline.memoranda import is_memorandum, with_headings
from services.outline.placing import parts_of
from services.outline.tree import Found, tree_of
from services.outline.wording import heading_of, term_of

_MAY_DEFINE = (NodeKind.ITEM, NodeKind.PARAGRAPH)


def outline_of(document: Document) -> Outline:
    """The labelled tree of the document's parts. Deterministic; linear in the length of the text."""
    text = document.text
    if document.apparatus.divisions:
        return tree_of(given_parts(document), text, len(text))
    lines = list(lines_of(document))
    candidates = candidates_of(text, lines)
    parts = judgment_parts(text, lines, candidates)
    is_headed = parts is not None
    if parts is None:
        parts = list(parts_of(text, lines, candidates))
        if is_memorandum(text, lines):
            parts, is_headed = list(with_headings(text, lines, parts)), True
    begun = {candidate.line for candidate in candidates} | {part.candidate.line for part in parts}
    found: list[tuple[int, Found]] = []
    for own, depth in parts:
        following = own.line + 1
        is_free = following < len(lines) and following not in begun
        below = lines[following] if is_free else None
        found.append((own.line, _found(text, own, lines[own.line], below, depth)))
    return tree_of(with_asides(text, lines, found, is_headed=is_headed), text, len(text))


def _found(text: str, own: Candidate, line: Line, below: Line | None, depth: int) -> Found:
    label = own.label
    if label is None:
        heading = Span(line.start, line.end) if own.kind is NodeKind.HEADING else None
        return Found(line.begin, depth, own.kind, heading_span=heading)
    heading = heading_of(text, label, line, below) if own.is_last else None
    term = term_of(text, label, line) if own.is_last and label.kind in _MAY_DEFINE else None
    kind = NodeKind.DEFINITION if term else label.kind
    start = line.begin if label.span.start - line.start <= 1 else label.span.start
    return Found(start, depth, kind, label.span, label.number, heading or term)
