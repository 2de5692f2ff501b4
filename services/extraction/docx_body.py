"""The paragraphs and tables of a DOCX as pieces, in document order."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.document import BlockKind, Drop, DropReason
from models.errors import NestingLimit
from services.extraction.docx_notes import Notes
from services.extraction.docx_numbering import Numbering
from services.extraction.docx_runs import Line, Runs, Seen
from services.extraction.docx_styles import StyleLook, Styles
from services.extraction.docx_tables import cells_of, deleted_parts, grid_of, is_layout, rows_of
from services.extraction.docx_text import FALLBACK, W, found_at, number_of, value_at
from services.extraction.inline import Inline, joined
from services.extraction.pieces import Piece

_PARAGRAPH, _TABLE = W + "p", W + "tbl"
_DEEPEST = 6
_DEEPEST_LIST = 8
_BODY_TEXT = 9
_LONGEST_HEADING = 200
_REASONS = {Seen.DELETED: DropReason.DELETED_TEXT, Seen.HIDDEN: DropReason.HIDDEN_TEXT}


class Body:
    """Reads one part after another with the same styles, lists and notes; `drops` fills on the way.

    `addresses` are those behind the relationships of each part: of notes by their kind, else by nothing.
    """

    def __init__(self, styles: Styles, numbering: Numbering, notes: Notes, max_depth: int) -> None:
        self.drops: list[Drop] = []
        self.addresses: dict[str, Mapping[str, str]] = {}
        self._part = ""
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._max_depth = max_depth
        self._runs = Runs(notes.mark, lambda style: styles.look(style).is_hidden, self._target)
        self._carried: list[Inline] = []
        self._references: list[tuple[str, str]] = []

    @property
    def optional_hyphens(self) -> int:
        """How many were left out."""
        return self._runs.optional_hyphens

    def pieces(self, container: Any) -> Iterator[Piece]:
        """Everything in the container; footnotes follow the block that refers to them. NestingLimit."""
        for element in self._blocks(container):
            if element.tag == _TABLE:
                self._drop_deleted(element)
                yield Piece("", BlockKind.TABLE, grid=grid_of(element, self._cell))
            else:
                yield from self._paragraph(element)
            yield from self._footnotes()
        yield from self._rest_carried()

    def endnotes(self) -> Iterator[Piece]:
        """The endnotes, and the footnotes that nothing refers to."""
        for kind in ("footnote", "endnote"):
            for name, note, sign in self._notes.rest(kind):
                yield self._note(kind, name, note, sign)

    def plain(self, root: Any) -> str:
        """A part as one line of text, such as a header; its numbers are not counted."""
        lines = (self._line(paragraph).text for paragraph in _paragraphs(root))
        return " ".join(" ".join(lines).split())

    def _blocks(self, container: Any) -> Iterator[Any]:
        """Paragraphs and tables, also those in content controls, text boxes and tables that only lay out."""
        pending = [(child, 1) for child in reversed(container)]
        while pending:
            element, depth = pending.pop()
            if depth > self._max_depth:
                raise NestingLimit
            if element.tag == _PARAGRAPH:
                yield element
                boxes = [box for box in element.iter(W + "txbxContent") if _owner(box) is element]
                pending.extend((box, depth + 1) for box in reversed(boxes))
            elif element.tag != _TABLE:
                if element.tag not in (FALLBACK, W + "sdtPr", W + "sectPr"):
                    pending.extend((child, depth + 1) for child in reversed(element))
            elif is_layout(element):
                self._drop_deleted(element)
                cells = [cell for row in rows_of(element) for cell in cells_of(row)]
                pending.extend((cell, depth + 1) for cell in reversed(cells))
            else:
                yield element

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        look = self._styles.look(value_at(element, "pPr/pStyle"))
        line = self._line(element, look)
        if found_at(element, "pPr/rPr/del") is not None:
            self._carried.append(line.inline)  # its end is deleted: it goes on in the next paragraph
            return
        whole = joined([*self._carried, line.inline], "")
        self._carried.clear()
        is_shown = bool(whole.text.strip()) or not line.unseen
        number, level = self._list_of(element, look) if is_shown else (None, 0)
        label = self._numbering.label(number, level) if number else ""
        if line.pictures:
            yield from self._pictures(line, whole.text)
        if (label + whole.text).strip():
            yield _piece(element, look, line, whole.after(label), level + 1 if number else 0)

    def _line(self, paragraph: Any, look: StyleLook | None = None, sign: str = "") -> Line:
        line = self._runs.line(paragraph, sign, is_hidden=look is not None and look.is_hidden)
        self._references.extend(line.notes)
        for seen, texts in line.unseen.items():
            text = " ".join("".join(texts).split())
            if text and seen in _REASONS:
                self.drops.append(Drop(_REASONS[seen], text))
            elif text:
                self.drops.append(Drop(DropReason.MARKUP, f"code of a field: {text}"))
        return line

    def _list_of(self, element: Any, look: StyleLook) -> tuple[str | None, int]:
        """The list and the level the paragraph counts in, its own before its style's."""
        number = value_at(element, "pPr/numPr/numId")
        place = number_of(value_at(element, "pPr/numPr/ilvl"), look.level)
        if number is None:
            number = look.number
            if place is None and number is not None:
                place = self._numbering.level_of_style(number, look.list_style)
        if number is None or not self._numbering.has(number):
            return None, 0
        return number, min(place or 0, _DEEPEST_LIST)

    def _cell(self, cell: Any) -> Inline:
        parts = []
        for element in _paragraphs(cell):
            look = self._styles.look(value_at(element, "pPr/pStyle"))
            line = self._line(element, look)
            text = line.text
            number, level = self._list_of(element, look)
            label = (
                self._numbering.label(number, level) if number and (text.strip() or not line.unseen) else ""
            )
            parts.append(line.inline.after(label))
        return joined([part for part in parts if part.text.strip()], " ")

    def _note(self, kind: str, name: str, note: Any, sign: str) -> Piece:
        self._part = kind
        lines = [self._line(paragraph, sign=sign).inline.stripped() for paragraph in _paragraphs(note)]
        self._part = ""
        whole = joined([line for line in lines if line.text], "\n")
        if sign and not whole.text.startswith(sign):
            whole = whole.after(f"{sign} ")
        return Piece(whole.text, BlockKind.FOOTNOTE, reaches=whole.reaches, note=f"{kind} {name}")

    def _target(self, relation: str) -> str:
        return self.addresses.get(self._part, {}).get(relation, "")

    def _footnotes(self) -> Iterator[Piece]:
        references, self._references = self._references, []
        for kind, name in references:
            taken = self._notes.take(kind, name) if kind == "footnote" else None
            if taken is not None:
                yield self._note(kind, name, *taken)

    def _pictures(self, line: Line, text: str) -> Iterator[Piece]:
        """The description of a picture that stands alone is a figure; beside text it is declared."""
        described = [" ".join(picture.split()) for picture in line.pictures if picture.strip()]
        if not text.strip() and described:
            yield Piece("\n".join(described), BlockKind.FIGURE)
        else:
            names = described or [""] * len(line.pictures)
            self.drops.extend(Drop(DropReason.MARKUP, f"picture: {name}".strip(": ")) for name in names)

    def _drop_deleted(self, table: Any) -> None:
        for part in deleted_parts(table):
            text = " ".join(text.text or "" for text in part.iter(W + "t", W + "delText"))
            if text.strip():
                self.drops.append(Drop(DropReason.DELETED_TEXT, " ".join(text.split())))

    def _rest_carried(self) -> Iterator[Piece]:
        whole = joined(self._carried, "")
        yield Piece(whole.text, reaches=whole.reaches)
        self._carried.clear()


def _piece(element: Any, look: StyleLook, line: Line, whole: Inline, list_level: int) -> Piece:
    text, reaches = whole
    outline = number_of(value_at(element, "pPr/outlineLvl"), look.outline)
    if outline is not None and outline < _BODY_TEXT and len(text) <= _LONGEST_HEADING:
        text, reaches = whole.collapsed()
        return Piece(text, BlockKind.HEADING, min(outline + 1, _DEEPEST), reaches=reaches)
    if list_level:
        return Piece(text, BlockKind.LIST_ITEM, min(list_level, _DEEPEST), reaches=reaches)
    if line.formulas and found_at(element, "r") is None:
        return Piece(text, BlockKind.FORMULA, reaches=reaches)
    return Piece(text, look.kind, 1 if look.kind is BlockKind.LIST_ITEM else 0, reaches=reaches)


def _paragraphs(container: Any) -> Iterator[Any]:
    """All paragraphs at any depth, but for the older copies of what newer programs draw."""
    for paragraph in container.iter(_PARAGRAPH):
        if not any(ancestor.tag == FALLBACK for ancestor in paragraph.iterancestors()):
            yield paragraph


def _owner(box: Any) -> Any:
    """The paragraph a text box is anchored in; None inside an older copy."""
    for ancestor in box.iterancestors():
        if ancestor.tag in (_PARAGRAPH, FALLBACK):
            return ancestor
    return None
