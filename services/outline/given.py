"""The tree that the file itself gives: Akoma Ntoso, USLM."""

from models.apparatus import Division
from models.document import Document
from models.outline import NodeKind
from models.span import Span
from services.outline.labels import chain
from services.outline.lines import Line
from services.outline.names import KINDS
from services.outline.tree import Found
from services.outline.wording import term_of

_STOPS = " \t.:;,—–-"


def given_parts(document: Document) -> list[Found]:
    """The divisions of the file, in order, as it nests them."""
    return [_found(document.text, division) for division in document.apparatus.divisions]


def _found(text: str, division: Division) -> Found:
    label, number, term = _shortened(text, division.label), "", None
    if label is not None:
        read = chain(text, label.start, label.end)
        number = (
            read[-1].number if read and read[-1].span.end >= label.end - 1 else label.of(text).strip("()[]§ ")
        )
        line = Line(label.start, min(label.end + 400, len(text)), 0)
        term = term_of(text, read[-1], line) if read else None
    kind = _kind(text, division.name, label)
    is_term = term is not None and kind in (NodeKind.ITEM, NodeKind.PARAGRAPH)
    heading = _shortened(text, division.heading) or (term if is_term else None)
    return Found(
        division.at, division.depth, NodeKind.DEFINITION if is_term else kind, label, number, heading
    )


def _shortened(text: str, span: Span | None) -> Span | None:
    """Without the stops and dashes at its end."""
    words = span.of(text).rstrip(_STOPS) if span else ""
    return Span(span.start, span.start + len(words)) if span and words else None


def _kind(text: str, name: str, label: Span | None) -> NodeKind:
    if name in KINDS:
        return KINDS[name]
    if label is None:
        return NodeKind.HEADING
    printed = label.of(text)
    return NodeKind.PARAGRAPH if printed[:1].isdigit() else NodeKind.ITEM
