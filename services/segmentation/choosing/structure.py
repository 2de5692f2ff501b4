"""Parts that are numbered or headed."""

from collections.abc import Iterator, Sequence

from models.document import BlockKind, Document
from models.outline import Node, NodeKind, Outline
from models.span import Span, is_blank
from services.segmentation.choosing.region import LONG, Choice, Region

SHARE = 0.5
"""Of the text that numbered parts hold, from which on it is called numbered."""
LARGEST = 2500
"""Code points a numbered part has on average at most, where numbers carry the text."""
FEWEST = 3
HEADED = 8000
"""Code points under a heading on average at most, where headings carry the text."""
PARAGRAPH = 2000
"""Code points of a paragraph on average at most, where paragraphs carry the text."""


def numbered(outline: Outline, span: Span) -> Choice | None:
    """For a text most of which lies in numbered parts, and not in a few large ones."""
    nodes = [outline.nodes[i] for i in outline.starting_in(span)]
    found = [node for node in nodes if node.number and node.kind is not NodeKind.ITEM]
    size = span.end - span.start
    share = sum(part.end - part.start for part in _outermost(found)) / size
    if len(found) < FEWEST or share < SHARE or size > LARGEST * len(found):
        return None
    return Choice("section", f"{len(found)} numbered parts hold {share:.0%} of the text")


def numbered_parts(text: str, outline: Outline) -> Iterator[Region]:
    """Long runs of outermost parts that are numbered, in a text that is not."""
    run: list[Span] = []
    for node in (outline.nodes[i] for i in outline.children()):
        if run and not (node.number and is_blank(text, run[-1].end, node.span.start)):
            yield from _as_region(outline, run)
            run = []
        if node.number:
            run.append(node.span)
    yield from _as_region(outline, run)


def headed(document: Document) -> Choice | None:
    """For a text that headings divide: on pages their place matters too."""
    count = sum(block.kind is BlockKind.HEADING for block in document.blocks)
    if count < FEWEST or len(document.text) > HEADED * count:
        return None
    return Choice("s2" if document.pages else "section", f"{count} headings divide the text")


def in_paragraphs(document: Document) -> Choice | None:
    """For prose that its author has divided: a paragraph stays whole while it fits."""
    count = sum(block.kind is BlockKind.PARAGRAPH for block in document.blocks)
    if count < FEWEST or len(document.text) > PARAGRAPH * count:
        return None
    return Choice("recursive", f"prose in {count} paragraphs")


def _as_region(outline: Outline, run: Sequence[Span]) -> Iterator[Region]:
    span = Span(run[0].start, run[-1].end) if run else Span(0, 0)
    if span.end - span.start >= LONG and (choice := numbered(outline, span)):
        yield Region(span, choice)


def _outermost(nodes: Sequence[Node]) -> Iterator[Span]:
    end = 0
    for node in nodes:
        if node.span.start >= end:
            yield node.span
            end = node.span.end
