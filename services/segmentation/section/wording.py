"""What a section says itself, beside the sections below it."""

from models.outline import Outline
from models.span import Span

_LEADING_IN = frozenset(":—–-")
_OPENING = frozenset("(“\"'[")


def own_spans(text: str, outline: Outline, index: int | None) -> list[Span]:
    """The stretches of a section (None: of the document), trimmed, that none of its children holds."""
    node = Span(0, len(text)) if index is None else outline.nodes[index].span
    children = [outline.nodes[child].span for child in outline.children(index)]
    starts = (node.start, *(child.end for child in children))
    ends = (*(child.start for child in children), node.end)
    found = (Span(*own).trimmed(text) for own in zip(starts, ends, strict=True) if own[0] < own[1])
    return [span for span in found if span.start < span.end]


def wording(text: str, outline: Outline, index: int) -> Span:
    """What stands in front of the first child, without number and heading; empty where nothing does."""
    node, children = outline.nodes[index], outline.children(index)
    start = max((span.end for span in (node.label, node.heading_span) if span), default=node.span.start)
    end = outline.nodes[children[0]].span.start if children else node.span.end
    first = next((i for i in range(start, end) if text[i].isalnum() or text[i] in _OPENING), end)
    return Span(first, end).trimmed(text)


def leads_in(text: str, span: Span) -> bool:
    """Whether the wording goes on in what is below: it ends in a colon or a dash."""
    return span.of(text)[-1:] in _LEADING_IN
