"""Pieces of text from markup without pages, put together to one text."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.apparatus import Apparatus, Attachment, Division, Hyperlink, Link, LinkKind
from models.document import Block, BlockKind, Drop
from models.span import Span
from models.table import Table
from services.extraction.cleaning import clean
from services.extraction.grids import Grid, GridCell, placed_inline
from services.extraction.inline import Inline, Reach
from services.extraction.values import Reading

_BETWEEN = "\n\n"


class Opening(NamedTuple):
    """A division that begins with a piece: depth, name in the file, number and title as they stand there."""

    depth: int
    name: str
    number: str
    heading: str


class Piece(NamedTuple):
    """The text of one block-to-be; that of a table comes from its grid.

    `reaches` are what leads elsewhere in the text, `note` is the name of the note that it is, `language` that
    of listed code. `openings` are the divisions that begin with it, the outermost first.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    grid: Grid | None = None
    reaches: tuple[Reach, ...] = ()
    note: str = ""
    language: str = ""
    openings: tuple[Opening, ...] = ()


class _Sheet:
    """The text as it is put down, with all that points into it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self.drops: list[Drop] = []
        self._hyperlinks: list[Hyperlink] = []
        self._marks: list[tuple[Span, str]] = []
        self._notes: dict[str, Span] = {}
        self._divisions: list[Division] = []
        self._position = 0

    def put(self, piece: Piece) -> None:
        """The piece one blank line below the last one, unless it is blank."""
        start = self._position + (len(_BETWEEN) if self.texts else 0)
        table = None
        if piece.grid is None:
            own = self._clean(Inline(piece.text, piece.reaches))
            own = own.stripped("\r\n" if piece.kind is BlockKind.CODE else None)
        else:
            own, table = placed_inline(self._clean_grid(piece.grid), start)
        if not own.text.strip():
            return
        if self.texts:
            self.texts.append(_BETWEEN)
        self.texts.append(own.text)
        span = Span(start, start + len(own.text))
        self.blocks.append(Block(span, piece.kind, piece.level, language=piece.language))
        self.tables.extend([table] if table else [])
        self._position = span.end
        if piece.note:
            self._notes.setdefault(piece.note, span)
        self._point(own, start)
        self._open(piece.openings, own.text, start)

    def apparatus(self, attachments: Iterable[Attachment]) -> Apparatus:
        """All that points. Marks of notes that are not there lead nowhere."""
        links = (
            Link(LinkKind.FOOTNOTE, span, self._notes[name])
            for span, name in self._marks
            if name in self._notes
        )
        return Apparatus(
            tuple(links),
            tuple(self._hyperlinks),
            attachments=tuple(attachments),
            divisions=tuple(self._divisions),
        )

    def _open(self, openings: Iterable[Opening], text: str, start: int) -> None:
        """The divisions where their numbers and titles stand in the text of the piece."""
        position = 0
        for opening in openings:
            label = _found(text, opening.number, position)
            position = label.end if label else position
            heading = _found(text, opening.heading, position)
            at = label or heading or Span(position, position)
            position = heading.end if heading else position
            own = (None if span is None else span.shift(start) for span in (label, heading))
            self._divisions.append(Division(start + at.start, opening.depth, opening.name, *own))

    def _point(self, own: Inline, start: int) -> None:
        for reach in own.reaches:
            span = Span(start + reach.start, start + reach.end)
            if reach.note:
                self._marks.append((span, reach.note))
            elif reach.uri and own.text[reach.start : reach.end].strip():
                self._hyperlinks.append(Hyperlink(span, None, None, reach.uri))

    def _clean(self, own: Inline) -> Inline:
        self.drops.extend(clean(own.text).drops)
        return own.cleaned()

    def _clean_grid(self, grid: Grid) -> Grid:
        return grid._replace(cells=tuple(map(self._clean_cell, grid.cells)))

    def _clean_cell(self, cell: GridCell) -> GridCell:
        own = self._clean(Inline(cell.text, cell.reaches)).collapsed()
        return cell._replace(text=own.text, reaches=own.reaches)


def _found(text: str, words: str, position: int) -> Span | None:
    """Where the words stand next, if they do."""
    start = text.find(words, position) if words else -1
    return Span(start, start + len(words)) if start >= 0 else None


def put_together(
    pieces: Iterable[Piece],
    drops: Iterable[Drop] = (),
    metadata: Mapping[str, str] | None = None,
    attachments: Iterable[Attachment] = (),
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
        apparatus=sheet.apparatus(attachments),
    )
