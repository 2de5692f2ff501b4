"""Paragraphs, tables and notes of RTF as pieces, and what is beside the text."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from models.document import BlockKind, Drop, DropReason
from services.extraction.cleaning import clean_line
from services.extraction.docx_runs import coded_address
from services.extraction.grids import GivenCell, laid_out
from services.extraction.inline import Inline, Reach
from services.extraction.pieces import Piece
from services.extraction.rtf_state import Group, Into, Tables

_DEEPEST = 6
_LONGEST_HEADING = 200
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_UNSEEN = {True: DropReason.DELETED_TEXT, False: DropReason.HIDDEN_TEXT}


@dataclass(slots=True)
class _Flow:
    """Text that gathers to a paragraph; `label` is the number its list gives it."""

    parts: list[str] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    length: int = 0
    link: tuple[int, str] | None = None

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def take_label(self) -> str:
        """The number in one line."""
        found = " ".join("".join(self.label).split())
        self.label.clear()
        return found

    def end_link(self) -> None:
        if self.link is not None and self.link[1] and self.link[0] < self.length:
            self.reaches.append(Reach(self.link[0], self.length, self.link[1]))
        self.link = None

    def take(self) -> Inline:
        """The paragraph; a link that is open goes on in the next."""
        uri = self.link[1] if self.link else None
        self.end_link()
        found = Inline("".join(self.parts), tuple(self.reaches))
        self.parts, self.reaches, self.length = [], [], 0
        self.link = None if uri is None else (0, uri)
        return found


class Body:
    """Takes text with the group that it stands in."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._flows = [_Flow()]
        self._pieces: list[Piece] = []
        self._notes: list[Piece] = []
        self._rows: list[list[GivenCell]] = []
        self._row: list[GivenCell] = []
        self._is_header = False
        self._code: list[str] = []
        self._beside: list[str] = []
        self._unseen: list[Drop] = []
        self._hidden: tuple[bool, list[str]] = (False, [])
        self._counts: Counter[str] = Counter()
        self._note = 0
        self._about: dict[str, list[str]] = {}

    @property
    def metadata(self) -> dict[str, str]:
        """Title, author, subject, keywords."""
        found = {name: clean_line("".join(texts)) for name, texts in self._about.items()}
        return {name: text for name, text in found.items() if text}

    def pieces(self) -> list[Piece]:
        """Everything so far."""
        return self._pieces

    def drops(self) -> Iterator[Drop]:
        """What is beside the text, headers and footers once for each wording; what could not be read."""
        yield from dict.fromkeys(self._unseen)
        for name, count in self._counts.items():
            yield Drop(DropReason.MARKUP, f"{name}: {count}")

    def put(self, text: str, group: Group) -> None:
        """Text to where its group leads."""
        into = group.into
        if into in (Into.BODY, Into.NOTE) and (group.is_hidden or group.is_deleted):
            self._put_unseen(text, is_deleted=group.is_deleted)
        elif into in (Into.BODY, Into.NOTE):
            self._flows[-1].put(text)
        elif into is Into.LABEL:
            self._flows[-1].label.append(text)
        elif into is Into.CODE:
            self._code.append(text)
        elif into in (Into.EDGE, Into.COMMENT, Into.STYLES):
            self._beside.append(text)
        elif into is Into.METADATA:
            self._about.setdefault(group.about, []).append(text)
        elif into is Into.UNKNOWN and text.strip():
            self._counts["characters in unknown parts"] += len(text)

    def enter(self, group: Group) -> None:
        """The group turns out to be a destination."""
        if group.into is Into.CODE:
            self._code.clear()
        elif group.into in (Into.EDGE, Into.COMMENT, Into.STYLES):
            self._beside.clear()
        elif group.into is Into.NOTE and group.name == "footnote":
            group.shown = Into.NOTE
            self._flows.append(_Flow())
        elif group.name == "fldrslt":
            self._flows[-1].link = (self._flows[-1].length, coded_address("".join(self._code)))
        elif group.name == "shptxt":
            self._paragraph(group)

    def leave(self, inner: Group, outer: Group) -> None:
        """The inner group has ended."""
        if inner.into is Into.STYLES:
            self._name_style(inner)
        elif inner.name == "footnote" and len(self._flows) > 1:
            text = self._flows.pop().take().stripped()
            self._notes.append(
                Piece(text.text, BlockKind.FOOTNOTE, 0, None, text.reaches, f"note {self._note}")
            )
        elif inner.name == "fldrslt":
            self._flows[-1].end_link()
        elif inner.name == "shptxt":
            self._paragraph(outer)
        elif inner.name and inner.into in (Into.EDGE, Into.COMMENT):
            self._put_beside(inner)

    def unread(self, name: str) -> None:
        """Something that is no text."""
        self._counts[name] += 1

    def set(self, word: str, number: int | None, group: Group) -> None:
        """A control word of paragraphs and tables."""
        if word in ("par", "sect"):
            self._break(group)
        elif word == "cell":
            self._cell()
        elif word == "row":
            self._end_row()
        elif word in ("trhdr", "trowd"):
            self._is_header = word == "trhdr"
        elif word == "chftn":
            self._sign(group)
        elif word == "-":
            self._counts["optional hyphens"] += 1
        else:
            group.set_paragraph(word, number)

    def end(self) -> None:
        """The file ends."""
        while len(self._flows) > 1:
            self._flows[0].put(self._flows.pop().take().text)
        self._paragraph(Group())
        self._end_row()
        self._end_table()
        self._end_unseen()

    def _break(self, group: Group) -> None:
        """A paragraph ends; in cells, notes and beside the text it is a line."""
        if group.into in (Into.EDGE, Into.COMMENT):
            self._beside.append(" ")
        elif group.into is Into.NOTE or (group.into is Into.BODY and group.in_table):
            self._flows[-1].put("\n")
        elif group.into is Into.BODY:
            self._paragraph(group)

    def _paragraph(self, group: Group) -> None:
        flow = self._flows[0]
        label = flow.take_label()
        whole = flow.take()
        self._end_unseen()
        if whole.text.strip():
            self._end_row()
            self._end_table()
            self._pieces.append(self._piece(whole, label, group))
        self._put_notes()

    def _piece(self, whole: Inline, label: str, group: Group) -> Piece:
        is_item = bool(label) or group.in_list
        if any(map(str.isalnum, label)):
            whole = whole.stripped().after(f"{label} ")
        outline = self._tables.outlines.get(group.style) if group.outline is None else group.outline
        if group.style in self._tables.titles:
            text, reaches = whole.collapsed()
            return Piece(text, BlockKind.TITLE, reaches=reaches)
        if outline is not None and 0 <= outline < 9 and len(whole.text) <= _LONGEST_HEADING:  # noqa: PLR2004
            text, reaches = whole.collapsed()
            return Piece(text, BlockKind.HEADING, min(outline + 1, _DEEPEST), reaches=reaches)
        if is_item:
            return Piece(whole.text, BlockKind.LIST_ITEM, group.level + 1, reaches=whole.reaches)
        return Piece(whole.text, reaches=whole.reaches)

    def _cell(self) -> None:
        flow = self._flows[0]
        number = flow.take_label()
        found = flow.take().collapsed()
        found = found.after(f"{number} ") if any(map(str.isalnum, number)) else found
        self._row.append(GivenCell(found.text, 1, 1, self._is_header, found.reaches))

    def _end_row(self) -> None:
        if self._row:
            self._rows.append(self._row)
            self._row = []

    def _end_table(self) -> None:
        if self._rows:
            self._pieces.append(Piece("", BlockKind.TABLE, grid=laid_out(self._rows)))
            self._rows = []
            self._put_notes()

    def _put_notes(self) -> None:
        if not self._rows and not self._row:
            self._pieces += self._notes
            self._notes = []

    def _sign(self, group: Group) -> None:
        """The number of a note, in brackets so that it cannot be taken for a figure."""
        if group.into not in (Into.BODY, Into.NOTE) or group.is_hidden or group.is_deleted:
            return
        flow, is_reference = self._flows[-1], len(self._flows) == 1
        self._note += is_reference
        start = flow.length
        flow.put(f"[{self._note}]")
        if is_reference:
            flow.reaches.append(Reach(start, flow.length, note=f"note {self._note}"))

    def _name_style(self, group: Group) -> None:
        """A style of the style sheet ends: what its name or outline level makes of paragraphs."""
        name = "".join(self._beside).strip(" ;")
        self._beside.clear()
        heading = _HEADING.match(name)
        if heading and int(heading[1]) > 0:
            self._tables.outlines[group.style] = int(heading[1]) - 1
        elif group.outline is not None:
            self._tables.outlines[group.style] = group.outline
        elif name.lower() == "title" and group.style:
            self._tables.titles.add(group.style)

    def _put_beside(self, group: Group) -> None:
        text = clean_line("".join(self._beside))
        self._beside.clear()
        if text and group.into is Into.COMMENT:
            self._unseen.append(Drop(DropReason.COMMENT, text))
        elif text:
            is_header = group.name.startswith("header")
            reason = DropReason.RUNNING_HEADER if is_header else DropReason.RUNNING_FOOTER
            self._unseen.append(Drop(reason, text))

    def _put_unseen(self, text: str, *, is_deleted: bool) -> None:
        if self._hidden[0] != is_deleted:
            self._end_unseen()
            self._hidden = (is_deleted, [])
        self._hidden[1].append(text)

    def _end_unseen(self) -> None:
        text = clean_line("".join(self._hidden[1]))
        if text:
            self._unseen.append(Drop(_UNSEEN[self._hidden[0]], text))
        self._hidden = (False, [])
