"""Source code, and listings in documents."""

from collections.abc import Iterator
from itertools import groupby

from models.cells import NOTEBOOK
from models.document import BlockKind, Document
from models.span import Span
from services.segmentation.choosing.region import LONG, Choice, Region
from services.segmentation.code.documents import is_source

SHARE = 0.3
"""Of the text, from which on a document with listings is one about code."""


def written_in_code(document: Document) -> Choice | None:
    """For files of source code, notebooks, and documents that are code for a good part."""
    if is_source(document):
        return Choice("cast", "source code")
    if document.media_type == NOTEBOOK:
        return Choice("cast", "a notebook")
    listed = sum(block.span.end - block.span.start for block in document.blocks if _is_code(block.kind))
    share = listed / len(document.text)
    return Choice("cast", f"{share:.0%} of the text is code") if share >= SHARE else None


def listings(document: Document) -> Iterator[Region]:
    """Long runs of listings."""
    for is_code, run in groupby(document.blocks, key=lambda block: _is_code(block.kind)):
        spans = [block.span for block in run] if is_code else []
        if spans and spans[-1].end - spans[0].start >= LONG:
            yield Region(Span(spans[0].start, spans[-1].end), Choice("cast", "a listing"))


def _is_code(kind: BlockKind) -> bool:
    return kind is BlockKind.CODE
