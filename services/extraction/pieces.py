"""Pieces of text from markup without pages, put together to one text."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.document import Block, BlockKind, Drop
from models.span import Span
from services.extraction.cleaning import clean
from services.extraction.values import Reading

_BETWEEN = "\n\n"
CELL_SEPARATOR = " | "


class Piece(NamedTuple):
    """The text of one block-to-be."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0


def put_together(
    pieces: Iterable[Piece], drops: Iterable[Drop] = (), metadata: Mapping[str, str] | None = None
) -> Reading:
    """The pieces one blank line apart, a block for each that is not blank; cleaned before offsets exist."""
    texts: list[str] = []
    blocks: list[Block] = []
    declared = list(drops)
    position = 0
    for piece in pieces:
        cleaned = clean(piece.text)
        declared.extend(cleaned.drops)
        text = cleaned.text.strip("\r\n") if piece.kind is BlockKind.CODE else cleaned.text.strip()
        if not text.strip():
            continue
        if texts:
            texts.append(_BETWEEN)
            position += len(_BETWEEN)
        texts.append(text)
        blocks.append(Block(Span(position, position + len(text)), piece.kind, piece.level))
        position += len(text)
    return Reading("".join(texts), tuple(blocks), drops=tuple(declared), metadata=metadata or {})


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """A row a line, cells with a bar between; rows without any text are left out."""
    lines = ((" ".join(cell.split()) for cell in row) for row in rows)
    kept = [cells for cells in map(list, lines) if any(cells)]
    return "\n".join(CELL_SEPARATOR.join(cells).strip() for cells in kept)
