"""Document → Outline."""

from models.document import BlockKind, Document
from models.outline import NodeKind, Outline
from services.outline.tree import Found, tree_of


def outline_of(document: Document) -> Outline:
    """The labelled tree of the document's parts. Deterministic; linear in the length of the text."""
    headings = [
        Found(
            block.span.start,
            block.level if block.kind is BlockKind.HEADING else 0,
            NodeKind.HEADING,
            heading_span=block.span,
        )
        for block in document.blocks
        if block.kind in (BlockKind.HEADING, BlockKind.TITLE)
    ]
    return tree_of(headings, document.text, len(document.text))
