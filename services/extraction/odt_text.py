"""The text of one paragraph of OpenDocument, with its links, notes and what is beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from models.document import Drop, DropReason
from services.extraction.cleaning import clean_line
from services.extraction.html_inline import Gathering
from services.extraction.inline import Inline, Reach, address
from services.extraction.odt_names import DRAW, OFFICE, SVG, TEXT, XLINK, count_of

PARAGRAPHS = (TEXT + "p", TEXT + "h")
_MOST_SPACES = 100
_HIDDEN = (TEXT + "hidden-text", TEXT + "hidden-paragraph")
_SILENT = {
    TEXT + name
    for name in (
        "soft-page-break",
        "bookmark",
        "bookmark-start",
        "bookmark-end",
        "reference-mark-start",
        "reference-mark-end",
        "change",
        "change-start",
        "change-end",
        "tracked-changes",
        "note-citation",
    )
}


@dataclass(slots=True)
class Line:
    """A paragraph: its text, its notes (name, sign, body), text boxes anchored in it, what is not shown."""

    inline: Inline = field(default_factory=lambda: Inline(""))
    notes: list[tuple[str, str, Any]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)


def line_of(paragraph: Any) -> Line:
    """The paragraph, without recursion."""
    line, gathering = Line(), Gathering()
    signs: list[Reach] = []
    pending: list[tuple[Any, bool]] = [(paragraph, True)]
    while pending:
        item, is_start = pending.pop()
        if isinstance(item, str):
            gathering.put(item)
            continue
        if not is_start:
            gathering.end()
            continue
        if item is paragraph or not _apart(item, line, gathering, signs):
            if item.tag == TEXT + "a":
                gathering.begin(address(item.get(XLINK + "href") or ""))
                pending.append((item, False))
            for child in reversed(item):
                pending.append((child.tail or "", True))
                if isinstance(child.tag, str):
                    pending.append((child, True))
            pending.append((item.text or "", True))
    whole = gathering.take()
    line.inline = Inline(whole.text, (*whole.reaches, *signs)).stripped()
    return line


def _apart(element: Any, line: Line, gathering: Gathering, signs: list[Reach]) -> bool:
    """Whether the element is no text of the paragraph, or text of its own kind; it has been dealt with."""
    tag = element.tag
    if tag == TEXT + "s":
        gathering.put(" " * min(count_of(element.get(TEXT + "c")), _MOST_SPACES), is_kept=True)
    elif tag == TEXT + "tab":
        gathering.put("\t", is_kept=True)
    elif tag == TEXT + "line-break":
        gathering.line()
    elif tag == TEXT + "note":
        _note(element, line, gathering, signs)
    elif tag in (OFFICE + "annotation", *_HIDDEN):
        text = clean_line(" ".join(_texts(element)) or element.get(TEXT + "string-value") or "")
        reason = DropReason.COMMENT if tag == OFFICE + "annotation" else DropReason.HIDDEN_TEXT
        line.drops.extend([Drop(reason, text)] if text else [])
    elif tag == DRAW + "text-box":
        line.boxes.append(element)
    elif tag in (DRAW + "image", DRAW + "object", DRAW + "object-ole"):
        line.drops.append(_picture(element))
    else:
        return tag in _SILENT or tag in (SVG + "title", SVG + "desc", OFFICE + "annotation-end")
    return True


def _note(element: Any, line: Line, gathering: Gathering, signs: list[Reach]) -> None:
    citation, body = element.find(TEXT + "note-citation"), element.find(TEXT + "note-body")
    written = "" if citation is None else clean_line("".join(citation.itertext()))
    kind, name = element.get(TEXT + "note-class") or "footnote", element.get(TEXT + "id") or written
    sign = f"[{written}]" if written else ""
    start = gathering.length
    gathering.put(sign, is_kept=True)
    if sign:
        signs.append(Reach(start, gathering.length, note=f"{kind} {name}"))
    if body is not None:
        line.notes.append((f"{kind} {name}", sign, body))


def _picture(element: Any) -> Drop:
    frame = element.getparent()
    described = [frame.findtext(SVG + name) or "" for name in ("title", "desc")] if frame is not None else []
    return Drop(DropReason.MARKUP, clean_line(f"picture: {' '.join(described)}").rstrip(": "))


def _texts(element: Any) -> Iterator[str]:
    """The paragraphs of a comment, without who wrote it when."""
    if element.tag != OFFICE + "annotation":
        yield from element.itertext()
        return
    for paragraph in element.iter(*PARAGRAPHS):
        yield "".join(paragraph.itertext())
