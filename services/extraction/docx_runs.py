"""The text of WordprocessingML paragraphs as Word shows it, without recursion."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from services.extraction.docx_math import M, math_text
from services.extraction.docx_symbols import symbol
from services.extraction.docx_text import FALLBACK, R, W, found_at, is_on, toggle_at, value_at
from services.extraction.inline import Inline, Reach, address

_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_CHARACTERS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
_DELETED = {W + "del", W + "moveFrom"}
_PROPERTIES = {W + "pPr", W + "rPr", W + "sdtPr", W + "sdtEndPr", W + "tblPr", W + "rubyPr", FALLBACK}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_LINK = re.compile(r'\s*HYPERLINK\s+(\\l\s+)?"([^"]*)"(?:\s+\\l\s+"([^"]*)")?')
_LINK_ENDS = object()
_OWN_MARK = {W + "footnoteRef", W + "endnoteRef"}


class Seen(Enum):
    """What becomes of a run: shown, deleted by a tracked change, hidden, or the code of a field."""

    SHOWN = 0
    DELETED = 1
    HIDDEN = 2
    CODE = 3


@dataclass(slots=True)
class Line:
    """A paragraph's text, what of it is not shown, the notes it refers to, and text boxes anchored in it.

    `reaches` are its links and signs of notes; `open` is where the links that have begun did so.
    """

    parts: list[str] = field(default_factory=list)
    unseen: dict[Seen, list[str]] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    formulas: int = 0
    reaches: list[Reach] = field(default_factory=list)
    open: list[tuple[int, str]] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        """The text that is shown."""
        return "".join(self.parts)

    @property
    def inline(self) -> Inline:
        """The text with what in it leads elsewhere."""
        return Inline(self.text, tuple(self.reaches))

    def begin(self, uri: str) -> None:
        """What follows leads there."""
        self.open.append((self.length, uri))

    def end(self) -> None:
        """The last link that has begun ends."""
        start, uri = self.open.pop() if self.open else (self.length, "")
        if uri and start < self.length:
            self.reaches.append(Reach(start, self.length, uri))

    def put(self, text: str, seen: Seen) -> None:
        """Text of a run."""
        if seen is Seen.SHOWN:
            self.parts.append(text)
            self.length += len(text)
        else:
            self.unseen.setdefault(seen, []).append(text)


class Runs:
    """Reads paragraph after paragraph of one part; fields may go on from one to the next.

    `mark` gives the sign a reader sees for a note's kind and id, `hidden` tells whether a style hides text,
    `target` gives the address behind a relationship of the part.
    """

    def __init__(
        self, mark: Callable[[str, str], str], hidden: Callable[[str], bool], target: Callable[[str], str]
    ) -> None:
        self.optional_hyphens = 0
        self._mark = mark
        self._style_hides = hidden
        self._target = target
        self._code = ""
        self._fields: list[bool] = []  # open ones; True when their result has begun
        self._codes = 0  # how many of them are False

    def line(self, paragraph: Any, own_mark: str = "", *, is_hidden: bool = False) -> Line:
        """The paragraph with all changes accepted; `own_mark` stands where a note shows its sign."""
        line = Line()
        state = Seen.HIDDEN if is_hidden else Seen.SHOWN
        pending = [(child, state) for child in reversed(paragraph)]
        while pending:
            element, state = pending.pop()
            if element is _LINK_ENDS:
                line.end()
                continue
            tag = element.tag
            if tag in (W + "hyperlink", W + "fldSimple"):
                line.begin(self._address(element))
                pending.append((_LINK_ENDS, state))
            elif tag in _DELETED:
                state = Seen.DELETED
            elif tag == W + "r":
                state = self._run_state(element, state)
            elif tag in _PROPERTIES:
                continue
            if tag in (W + "txbxContent", M + "oMath"):
                _put_whole(line, element, state)
            elif not self._put(line, element, self._in_code(state), own_mark):
                pending.extend((child, state) for child in reversed(element))
        self._end(line)
        return line

    def _end(self, line: Line) -> None:
        """Links end with their paragraph; a code that its paragraph does not end is none."""
        while line.open:
            line.end()
        if self._codes:
            self._fields.clear()
            self._codes = 0

    def _run_state(self, run: Any, state: Seen) -> Seen:
        if state is Seen.DELETED:
            return state
        if found_at(run, "rPr") is None:
            return state
        own = toggle_at(run, "rPr/vanish")
        if own is None:
            style = value_at(run, "rPr/rStyle")
            own = None if style is None else (self._style_hides(style) or None)
        return state if own is None else (Seen.HIDDEN if own else Seen.SHOWN)

    def _in_code(self, state: Seen) -> Seen:
        return Seen.CODE if state is Seen.SHOWN and self._codes else state

    def _put(self, line: Line, element: Any, state: Seen, own_mark: str) -> bool:
        """Whether the element was text, so that nothing below it is left to read."""
        tag = element.tag
        if tag in (W + "t", W + "delText"):
            line.put(element.text or "", state)
        elif tag in _CHARACTERS:
            line.put(_CHARACTERS[tag], state)
        elif tag == W + "sym":
            line.put(symbol(element.get(W + "font") or "", element.get(W + "char") or ""), state)
        elif tag == W + "softHyphen":
            self.optional_hyphens += 1
        elif tag == W + "fldChar":
            self._field_character(line, element, state)
        elif tag in _NOTES:
            self._refer(line, element, state)
        elif tag in _OWN_MARK:
            line.put(own_mark, state)
        elif tag == W + "rt":
            line.put(f"({''.join(text.text or '' for text in element.iter(W + 't'))})", state)
        elif tag == _PICTURE:
            line.pictures.append(element.get("descr") or element.get("title") or "")
        else:
            return self._is_code(element)
        return True

    def _is_code(self, element: Any) -> bool:
        """Whether the element is the code of a field, which is noted."""
        if element.tag == W + "instrText" and self._codes:
            self._code += element.text or ""
        return element.tag in (W + "instrText", W + "delInstrText")

    def _address(self, element: Any) -> str:
        """Where a link or a field that is one leads."""
        if element.tag == W + "fldSimple":
            return coded_address(element.get(W + "instr") or "")
        place = element.get(W + "anchor") or ""
        outside = self._target(element.get(R + "id") or "")
        return address(f"{outside}#{place}" if place else outside)

    def _field_character(self, line: Line, element: Any, state: Seen) -> None:
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            box = found_at(element, "ffData/checkBox")
            if box is not None:
                own = toggle_at(box, "checked")
                line.put("☒" if (is_on(box, "default") if own is None else own) else "☐", state)
            self._fields.append(False)
            self._codes += 1
            self._code = ""
        elif kind == "separate" and self._fields:
            self._codes -= not self._fields[-1]
            self._fields[-1] = True
            line.begin(coded_address(self._code))
        elif kind == "end" and self._fields:
            has_result = self._fields.pop()
            self._codes -= not has_result
            if has_result:
                line.end()

    def _refer(self, line: Line, element: Any, state: Seen) -> None:
        if state is not Seen.SHOWN:
            return
        kind, name = _NOTES[element.tag], element.get(W + "id") or ""
        line.notes.append((kind, name))
        if element.get(W + "customMarkFollows") not in ("1", "true", "on"):
            start = line.length
            line.put(self._mark(kind, name), state)
            if start < line.length:
                line.reaches.append(Reach(start, line.length, note=f"{kind} {name}"))


def coded_address(code: str) -> str:
    """The address in the code of a field (ECMA-376 part 1, 17.16.5.25)."""
    match = _LINK.match(code)
    if match is None:
        return ""
    outside, place = ("", match[2]) if match[1] else (match[2], match[3])
    return address(f"{outside}#{place}" if place else outside)


def _put_whole(line: Line, element: Any, state: Seen) -> None:
    """Text boxes are blocks of their own; a formula is one run of text."""
    if element.tag == M + "oMath":
        line.formulas += 1
        line.put(math_text(element), state)
    elif state is Seen.SHOWN:
        line.boxes.append(element)
    else:
        line.put(" ".join(text.text or "" for text in element.iter(W + "t")), state)
