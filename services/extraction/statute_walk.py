"""One pass over a legal XML tree, without recursion: text gathers until a block begins or ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from models.document import BlockKind, Drop, DropReason
from models.errors import NestingLimit
from services.extraction import statute_names as names
from services.extraction.pieces import Opening, Piece
from services.extraction.statute_tables import table_grid
from services.extraction.xml_tree import local_name

_DEEPEST = 6
_NUMBERED = ("num", "heading")


@dataclass(slots=True)
class _Flow:
    """Text that gathers; `is_prefix` while it is only a number or a heading that the text runs on from."""

    parts: list[str] = field(default_factory=list)
    is_prefix: bool = False
    is_blank: bool = True
    notes: list[Piece] = field(default_factory=list)
    is_note: bool = False


class StatuteWalk:
    """The state of one pass; `drops` fills on the way."""

    def __init__(self, max_depth: int) -> None:
        self.drops: list[Drop] = []
        self._max_depth = max_depth
        self._open: list[str] = []
        self._flows = [_Flow()]
        self._headed: list[bool] = []
        self._provisions = self._quotes = self._divisions = 0
        self._openings: list[Opening] = []

    def pieces(self, root: Any) -> Iterator[Piece]:
        """The text in document order; notes follow the block they stand in. NestingLimit."""
        from lxml import etree  # noqa: PLC0415  only where XML is read

        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                yield from self._start(element, walker)
            elif event == "end":
                yield from self._end(element)
            if event != "start" and element is not root:
                self._put(element.tail or "")
        yield from self._flush()

    def _start(self, element: Any, walker: Any) -> Iterator[Piece]:
        name = local_name(element)
        self._open.append(name)
        self._headed.append(_has_heading(element, name))
        if len(self._open) > self._max_depth:
            raise NestingLimit
        if name in names.UNSEEN:
            walker.skip_subtree()
        elif name == "page":
            self.drops.append(Drop(DropReason.PAGE_NUMBER, " ".join("".join(element.itertext()).split())))
            walker.skip_subtree()
        elif name in names.TABLES:
            yield from self._flush()
            yield Piece("", BlockKind.TABLE, grid=table_grid(element))
            walker.skip_subtree()
        elif _is_footnote(element, name):
            sign = element.get("marker") or ""
            self._put(f"[{sign}]" if sign else "")
            self._flows.append(_Flow([f"[{sign}] "] if sign else [], is_prefix=True, is_note=True))
            self._put(element.text or "")
        else:
            yield from self._enter(element, name)

    def _enter(self, element: Any, name: str) -> Iterator[Piece]:
        if name in names.RUNNING_ON and self._flow.is_prefix:
            self._put(" ")
        elif name not in names.INLINE and not self._runs_on(name):
            yield from self._flush()
        self._provisions += name in names.PROVISIONS
        self._quotes += name in names.QUOTED
        if _is_division(name, is_headed=self._headed[-1]):
            self._divide(element, name)
        if name in ("br", "eol"):
            self._put("\n")
        elif name == "num":
            self._flow.is_prefix = self._flow.is_blank or self._flow.is_prefix
            self._put(" " if self._flow.is_prefix and self._flow.parts else "")
        elif name == "heading" and self._flow.is_prefix:
            self._put(" ")
        self._put(element.text or "", inside=name)

    def _end(self, element: Any) -> Iterator[Piece]:
        name = self._open.pop()
        is_headed = self._headed.pop()
        if _is_footnote(element, name):
            note = self._flows.pop()
            text = "".join(note.parts)
            self._flow.notes.extend([Piece(_one_line(text), BlockKind.FOOTNOTE), *note.notes])
        elif name in ("heading", "subheading") and self._is_headed:
            yield from self._flush(heading=1 if name == "heading" else 2)
        elif name == "heading":
            self._flow.is_prefix = True
        elif name == "num" and self._is_headed and not _followed_by_heading(element):
            yield from self._flush(heading=1)
        elif name not in names.INLINE and name not in names.UNSEEN and not self._runs_on(name):
            yield from self._flush()
        self._provisions -= name in names.PROVISIONS
        self._quotes -= name in names.QUOTED
        self._divisions -= _is_division(name, is_headed=is_headed)

    def _divide(self, element: Any, name: str) -> None:
        """Note that a division begins, if it has a number or a title and is no quotation."""
        number, heading = (
            _one_line("".join(child.itertext())) if (child := _child(element, part)) is not None else ""
            for part in _NUMBERED
        )
        if (number or heading) and not self._quotes and not self._flow.is_note:
            self._openings.append(Opening(self._divisions, name, number, heading))
        self._divisions += 1

    @property
    def _flow(self) -> _Flow:
        return self._flows[-1]

    @property
    def _is_headed(self) -> bool:
        """Whether a number or heading here is that of a division with a line of its own."""
        return bool(self._headed) and self._headed[-1] and not self._quotes and not self._flow.is_note

    def _runs_on(self, name: str) -> bool:
        """Whether the element is part of the line that has begun: all in a note, headings after numbers."""
        return self._flow.is_note or (name in _NUMBERED and (self._flow.is_prefix or not self._flow.parts))

    def _put(self, text: str, inside: str = "") -> None:
        if text:
            self._flow.parts.append(text if inside in ("br", "eol") or text == "\n" else _spaced(text))
            self._flow.is_blank = self._flow.is_blank and not text.strip()
            if text.strip() and inside not in _NUMBERED and not self._is_in_number():
                self._flow.is_prefix = False

    def _is_in_number(self) -> bool:
        return any(name in _NUMBERED for name in self._open[-3:])

    def _flush(self, *, heading: int = 0) -> Iterator[Piece]:
        flow = self._flows[0]
        if len(self._flows) > 1:
            return
        text = "\n".join(_one_line(line) for line in "".join(flow.parts).split("\n")).strip()
        notes = flow.notes
        self._flows[0] = _Flow()
        if text:
            openings, self._openings = tuple(self._openings), []
            yield self._piece(text, heading=heading)._replace(openings=openings)
        yield from notes

    def _piece(self, text: str, *, heading: int) -> Piece:
        if self._quotes:
            return Piece(text, BlockKind.QUOTE)
        if heading:
            return Piece(
                _one_line(text), BlockKind.HEADING, min(max(sum(self._headed), 1) + heading - 1, _DEEPEST)
            )
        if self._provisions:
            return Piece(text, BlockKind.LIST_ITEM, min(self._provisions, _DEEPEST))
        return Piece(text)


def _has_heading(element: Any, name: str) -> bool:
    children = {local_name(child) for child in element}
    if name in names.PROVISIONS or name in names.RUNNING_TITLES:
        return False
    return "heading" in children or (name in names.CONTAINERS and "num" in children)


def _is_division(name: str, *, is_headed: bool) -> bool:
    unread = name in names.TABLES or name in names.UNSEEN or name in names.FOOTNOTES
    return name in names.DIVISIONS or (is_headed and not unread)


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if local_name(child) == name), None)


def _followed_by_heading(number: Any) -> bool:
    following = next(number.itersiblings("*"), None)
    return following is not None and local_name(following) == "heading"


def _is_footnote(element: Any, name: str) -> bool:
    return name in names.FOOTNOTES or (name == "note" and element.get("type") == "footnote")


def _spaced(text: str) -> str:
    """White space as one space: lines of the file are none of the text."""
    lead, tail = text[:1].isspace(), text[-1:].isspace()
    inner = " ".join(text.split())
    return f"{' ' if lead else ''}{inner}{' ' if tail and inner else ''}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
