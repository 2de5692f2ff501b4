"""Document → regions, each with the strategy that fits it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from models.document import Document
from models.outline import Outline
from models.span import Span, is_blank
from services.segmentation.blocks import HEADINGS
from services.segmentation.choosing.code import listings, written_in_code
from services.segmentation.choosing.layout import laid_out
from services.segmentation.choosing.region import Choice, Region
from services.segmentation.choosing.structure import headed, in_paragraphs, numbered, numbered_parts
from services.segmentation.choosing.turns import in_turns, transcripts

CHOSEN = ("cast", "section", "s2", "topic", "recursive", "sentence")
"""All strategies that a region may have."""

PLAIN = Choice("sentence", "prose without numbers, headings, speakers or paragraphs")


def regions_of(document: Document, outline: Callable[[], Outline]) -> list[Region]:
    """Regions that tile the text; the outline is asked for only if it is needed."""
    whole = Span(0, len(document.text))
    if not document.has_text:
        return [Region(whole, Choice("sentence", "no text"))]
    main = None if document.apparatus.divisions else written_in_code(document)
    if main:
        return [Region(whole, main)]
    parts = outline()
    main = (
        numbered(parts, whole)
        or laid_out(document)
        or headed(document)
        or in_turns(document)
        or in_paragraphs(document)
        or PLAIN
    )
    return _woven(document, main, sorted(_others(document, main, parts)))


def _others(document: Document, main: Choice, outline: Outline) -> Iterator[Region]:
    """Parts of the document that another strategy fits; they may overlap."""
    found = chain(listings(document), transcripts(document), numbered_parts(document.text, outline))
    return (region for region in found if region.choice.strategy != main.strategy)


def _woven(document: Document, main: Choice, others: Sequence[Region]) -> list[Region]:
    """The main choice wherever none of the others holds; of overlapping ones the first."""
    regions, start = list[Region](), 0
    for span, choice in others:
        begin = _with_headings(document, span.start)
        if begin < start:
            continue
        if not is_blank(document.text, start, begin):
            regions.append(Region(Span(start, begin), main))
            start = begin
        regions.append(Region(Span(start, span.end), choice))
        start = span.end
    if not regions or not is_blank(document.text, start, len(document.text)):
        regions.append(Region(Span(start, len(document.text)), main))
    return regions


def _with_headings(document: Document, start: int) -> int:
    """Where the headings directly above begin."""
    index = document.block_at(start) - 1
    while index >= 0 and document.blocks[index].kind in HEADINGS:
        start = document.blocks[index].span.start
        index -= 1
    return start
