"""One pass over an HTML tree, without recursion: text gathers until a block begins or ends."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from models.document import BlockKind
from models.errors import NestingLimit
from services.extraction.grids import GivenCell, laid_out
from services.extraction.pieces import Piece

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS = {
    "li": BlockKind.LIST_ITEM,
    "pre": BlockKind.CODE,
    "blockquote": BlockKind.QUOTE,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
}
_LISTS = {"ul", "ol", "menu", "dir"}
_BLOCKS = (
    {
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
    }
    | {"figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "nav", "option", "p"}
    | {
        "search",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
    }
    | _LISTS
    | set(_HEADINGS)
    | set(_KINDS)
)
_INVISIBLE = {"head", "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas"}
_NOT_IN_TABLES = ("table", "h1", "h2", "h3", "h4", "pre", "ul", "ol", "blockquote")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"\s*\d+")
_LINE = "\0"
_LINES = re.compile(rf" ?{_LINE} ?")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Walk:
    """The state of one pass; `hidden` counts invisible elements by name and length of their text."""

    def __init__(self, max_depth: int) -> None:
        self.hidden: Counter[tuple[str, int]] = Counter()
        self._max_depth = max_depth
        self._open: list[str] = []
        self._buffer: list[str] = []

    def pieces(self, root: Any) -> Iterator[Piece]:
        """The visible text in document order. NestingLimit beyond the depth allowed."""
        from lxml import etree  # noqa: PLC0415  only where HTML is read

        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                yield from self._start(element, walker)
            elif event == "end":
                yield from self._end(element)
            else:
                self._hide("comment", element.text or "")
            if event != "start" and element is not root:
                self._buffer.append(element.tail or "")
        yield from self._flush()

    def _start(self, element: Any, walker: Any) -> Iterator[Piece]:
        tag = _tag(element)
        if tag in _BLOCKS:
            yield from self._flush()
        self._open.append(tag)
        if len(self._open) > self._max_depth:
            raise NestingLimit
        if tag in _INVISIBLE or _is_hidden(element):
            self._hide(tag, "".join(element.itertext()))
            walker.skip_subtree()
        elif tag == "table" and _is_data(element):
            yield from _table(element)
            walker.skip_subtree()
        elif tag == "br":
            self._buffer.append(_LINE)
        else:
            self._buffer.append(element.text or "")

    def _end(self, element: Any) -> Iterator[Piece]:
        if _tag(element) in _BLOCKS:
            yield from self._flush()
        self._open.pop()

    def _hide(self, name: str, text: str) -> None:
        if text.strip():
            self.hidden[name, len(text)] += 1

    def _flush(self) -> Iterator[Piece]:
        text = "".join(self._buffer)
        self._buffer.clear()
        if "pre" in self._open:
            text = text.replace(_LINE, "\n")
        else:
            text = _LINES.sub("\n", _SPACE.sub(" ", text)).strip()
        if text.strip():
            yield self._piece(text)

    def _piece(self, text: str) -> Piece:
        for tag in reversed(self._open):
            if tag in _HEADINGS:
                return Piece(" ".join(text.split()), BlockKind.HEADING, _HEADINGS[tag])
            if tag == "li":
                depth = sum(tag in _LISTS for tag in self._open)
                return Piece(text, BlockKind.LIST_ITEM, min(max(depth, 1), 6))
            if tag in _KINDS:
                return Piece(text, _KINDS[tag])
        return Piece(text)


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN_STYLE.search(element.get("style") or ""))


def _is_data(table: Any) -> bool:
    """Whether the table holds plain cells, not the layout of a page."""
    return not any(table.find(f".//{tag}") is not None for tag in _NOT_IN_TABLES)


def _table(table: Any) -> Iterator[Piece]:
    for caption in table.iter("caption"):
        yield Piece(" ".join(_visible(caption).split()), BlockKind.CAPTION)
    rows = [[_cell(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    yield Piece("", BlockKind.TABLE, grid=laid_out(rows))


def _cell(cell: Any) -> GivenCell:
    spans = (_count(cell.get("rowspan"), 0, 65_534), _count(cell.get("colspan"), 1, 1000))
    return GivenCell(_visible(cell), *spans, is_header=_tag(cell) == "th")


def _count(text: str | None, least: int, most: int) -> int:
    """A span as HTML reads it: 1 where none is given, bounded."""
    match = _NUMBER.match(text or "")
    return min(max(int(match[0][:6]), least), most) if match else 1


def _visible(element: Any) -> str:
    """The element's text with spaces where lines or blocks end, without invisible parts."""
    parts: list[str] = []
    pending: list[Any] = [element]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        seen = _tag(item) not in _INVISIBLE and isinstance(item.tag, str)
        gap = " " if _tag(item) in _BLOCKS or _tag(item) == "br" else ""
        pending.append(gap + (item.tail or "") if item is not element else "")
        if seen:
            pending.extend(reversed(item))
            pending.append(gap + (item.text or ""))
    return "".join(parts)
