"""Paragraphs, lists and tables of an OpenDocument text as pieces, in document order."""

from collections.abc import Iterator
from typing import Any

from models.document import BlockKind, Drop
from models.errors import ExpansionLimit, NestingLimit
from services.extraction.grids import GivenCell, laid_out
from services.extraction.inline import Inline, joined
from services.extraction.odt_lists import Numbering
from services.extraction.odt_names import TABLE, TEXT, count_of
from services.extraction.odt_text import PARAGRAPHS, Line, line_of
from services.extraction.pieces import Piece

_DEEPEST = 6
_ROWS, _CELL, _COVERED = TABLE + "table-row", TABLE + "table-cell", TABLE + "covered-table-cell"
_HEADED = TABLE + "table-header-rows"
_ITEMS = (TEXT + "list-item", TEXT + "list-header")
_SKIPPED = (TEXT + "tracked-changes", TEXT + "sequence-decls", TEXT + "variable-decls")
_MOST_REPEATED = 100
_MOST_CELLS = 200_000


class Body:
    """Reads the content with one numbering; `drops` fills on the way."""

    def __init__(self, numbering: Numbering, max_depth: int) -> None:
        self.drops: list[Drop] = []
        self._numbering = numbering
        self._max_depth = max_depth
        self._endnotes: list[Piece] = []
        self._label = ""
        self._made = 0

    def pieces(self, content: Any) -> Iterator[Piece]:
        """Everything, endnotes last. NestingLimit."""
        yield from self._blocks(content, 0, ())
        yield from self._endnotes

    def _blocks(self, container: Any, depth: int, lists: tuple[str, ...]) -> Iterator[Piece]:
        """The blocks of a container; `lists` are the styles of the lists around it."""
        if depth > self._max_depth:
            raise NestingLimit
        for child in container.iterchildren("*"):
            if child.tag in PARAGRAPHS:
                yield from self._paragraph(child, depth, lists)
            elif child.tag == TEXT + "list":
                yield from self._list(child, depth, lists)
            elif child.tag == TABLE + "table":
                yield from self._table(child, depth)
            elif child.tag not in _SKIPPED:
                yield from self._blocks(child, depth + 1, lists)

    def _list(self, element: Any, depth: int, lists: tuple[str, ...]) -> Iterator[Piece]:
        style = element.get(TEXT + "style-name") or (lists[-1] if lists else "?")
        level = len(lists) + 1
        goes_on = element.get(TEXT + "continue-numbering") == "true" or element.get(TEXT + "continue-list")
        if level == 1 and not goes_on:
            self._numbering.restart(style, level)
        for item in element.iterchildren(*_ITEMS):
            start = item.get(TEXT + "start-value")
            if start is not None:
                self._numbering.restart(style, level, value=count_of(start))
            self._label = self._numbering.label(style, level) if item.tag == _ITEMS[0] else ""
            yield from self._blocks(item, depth + 2, (*lists, style))
            self._label = ""

    def _paragraph(self, element: Any, depth: int, lists: tuple[str, ...]) -> Iterator[Piece]:
        line = line_of(element)
        self.drops += line.drops
        whole = line.inline
        if whole.text.strip():
            yield self._piece(element, whole, lists)
        yield from self._beside(line, depth)

    def _piece(self, element: Any, whole: Inline, lists: tuple[str, ...]) -> Piece:
        label, self._label = self._label, ""
        if element.tag == TEXT + "h":
            level = count_of(element.get(TEXT + "outline-level"))
            numbered = element.get(TEXT + "is-list-header") != "true"
            label = label or (self._numbering.label("", level) if numbered else "")
            text, reaches = whole.collapsed().after(f"{label} " if label else "")
            return Piece(text, BlockKind.HEADING, min(max(level, 1), _DEEPEST), reaches=reaches)
        text, reaches = whole.after(f"{label} " if label else "")
        if lists:
            return Piece(text, BlockKind.LIST_ITEM, min(len(lists), _DEEPEST), reaches=reaches)
        return Piece(text, reaches=reaches)

    def _beside(self, line: Line, depth: int) -> Iterator[Piece]:
        """Footnotes and text boxes of a paragraph."""
        for name, sign, body in line.notes:
            note = self._flat(body, "\n")
            note = note.after(f"{sign} ") if sign else note
            piece = Piece(note.text, BlockKind.FOOTNOTE, reaches=note.reaches, note=name)
            if name.startswith("endnote"):
                self._endnotes.append(piece)
            else:
                yield piece
        for box in line.boxes:
            yield from self._blocks(box, depth + 1, ())

    def _table(self, table: Any, depth: int) -> Iterator[Piece]:
        """A table of data as one; one with tables in it is read like a page."""
        if next(table.iterdescendants(TABLE + "table"), None) is not None:
            for cell in table.iter(_CELL):
                if next(cell.iterancestors(TABLE + "table")) is table:
                    yield from self._blocks(cell, depth + 1, ())
            return
        rows: list[list[GivenCell]] = []
        notes: list[Piece] = []
        for row in table.iter(_ROWS):
            is_header = row.getparent().tag == _HEADED
            cells = [
                made
                for cell in row.iterchildren(_CELL, _COVERED)
                for made in self._cells(cell, notes, is_header=is_header)
            ]
            if any(cell.text for cell in cells):
                times = min(count_of(row.get(TABLE + "number-rows-repeated")), _MOST_REPEATED)
                self._made += len(cells) * times
                if self._made > _MOST_CELLS:
                    raise ExpansionLimit(f"The tables have more than {_MOST_CELLS} cells.")
                rows += [cells] * times
        yield Piece("", BlockKind.TABLE, grid=laid_out(rows))
        yield from notes

    def _cells(self, cell: Any, notes: list[Piece], *, is_header: bool) -> list[GivenCell]:
        """The cell as often as it repeats; the places that another one covers are none."""
        if cell.tag == _COVERED:
            return []
        found = self._flat(cell, " ", notes)
        spans = (
            count_of(cell.get(TABLE + "number-rows-spanned")),
            count_of(cell.get(TABLE + "number-columns-spanned")),
        )
        times = count_of(cell.get(TABLE + "number-columns-repeated"))
        return [GivenCell(found.text, *spans, is_header, found.reaches)] * min(times, _MOST_REPEATED)

    def _flat(self, container: Any, between: str, notes: list[Piece] | None = None) -> Inline:
        """All blocks of a cell or note as one text; the notes that it refers to go to `notes`."""
        parts = []
        for piece in self._blocks(container, 0, ()):
            if piece.kind is BlockKind.FOOTNOTE and notes is not None:
                notes.append(piece)
            elif piece.grid is None:
                parts.append(Inline(piece.text, piece.reaches))
        return joined([part for part in parts if part.text.strip()], between)
