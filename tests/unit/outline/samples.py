"""Made documents, as extraction gives them."""

from models.document import Block, BlockKind, Document
from models.outline import Outline
from models.span import Span
from services.outline.outline import outline_of


def plain(text: str) -> Document:
    """One paragraph of lines."""
    blocks = (Block(Span(0, len(text))),) if text.strip() else ()
    return Document(text, "text/plain", "0" * 64, blocks)


def blocks(*given: tuple[str, BlockKind, int]) -> Document:
    """A block for each text, with its kind and level."""
    found, start = [], 0
    for text, kind, level in given:
        found.append(Block(Span(start, start + len(text)), kind, level))
        start += len(text) + 2
    return Document("\n\n".join(text for text, _, _ in given), "application/pdf", "0" * 64, tuple(found))


def drawn(document: Document) -> list[str]:
    """The outline, a line for each part: two blanks a level, number, heading after a bar."""
    return [
        "  " * node.level + (node.number or node.kind.value) + (f" | {node.heading}" if node.heading else "")
        for node in outline_of(document).nodes
    ]


def outline(text: str) -> Outline:
    """The outline of a plain text."""
    return outline_of(plain(text))


def tree(*lines: str) -> list[str]:
    """The outline of lines of plain text, drawn."""
    return drawn(plain("\n".join(lines)))
