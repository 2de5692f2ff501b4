"""Pieces of text from markup without pages, put together to one text."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.document import Block, BlockKind, Drop
from models.span import Span
from models.table import Table
from services.extraction.cleaning import clean
from services.extraction.grids import Grid, placed
from services.extraction.values import Reading

_BETWEEN = "\n\n"


class Piece(NamedTuple):
    """The text of one block-to-be; that of a table comes from its grid."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    grid: Grid | None = None


class _Sheet:
    """The text as it is put down, with all that points into it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self.drops: list[Drop] = []
        self._position = 0

    def put(self, piece: Piece) -> None:
        """The piece one blank line below the last one, unless it is blank."""
        start = self._position + (len(_BETWEEN) if self.texts else 0)
        table = None
        if piece.grid is None:
            text = self._clean(piece.text)
            text = text.strip("\r\n") if piece.kind is BlockKind.CODE else text.strip()
        else:
            text, table = placed(self._clean_grid(piece.grid), start)
        if not text.strip():
            return
        if self.texts:
            self.texts.append(_BETWEEN)
        self.texts.append(text)
        self.blocks.append(Block(Span(start, start + len(text)), piece.kind, piece.level))
        self.tables.extend([table] if table else [])
        self._position = start + len(text)

    def _clean(self, text: str) -> str:
        cleaned = clean(text)
        self.drops.extend(cleaned.drops)
        return cleaned.text

    def _clean_grid(self, grid: Grid) -> Grid:
        cells = (cell._replace(text=" ".join(self._clean(cell.text).split())) for cell in grid.cells)
        return grid._replace(cells=tuple(cells))


def put_together(
    pieces: Iterable[Piece], drops: Iterable[Drop] = (), metadata: Mapping[str, str] | None = None
) -> Reading:
    """The pieces one blank line apart, a block for each that is not blank; cleaned before offsets exist."""
    sheet = _Sheet()
    for piece in pieces:
        sheet.put(piece)
    return Reading(
        "".join(sheet.texts),
        tuple(sheet.blocks),
        drops=(*drops, *sheet.drops),
        metadata=metadata or {},
        tables=tuple(sheet.tables),
    )
