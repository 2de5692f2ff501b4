"""Blocks and tables out of the events of a Markdown parser."""

import re
from typing import Any

from models.document import Block, BlockKind
from models.span import Span
from models.table import Table
from services.extraction.cleaning import clean_line
from services.extraction.line_map import LineMap
from services.extraction.markdown_tables import Rows
from services.extraction.plain import trimmed_lines
from services.extraction.source_languages import named_language

_HTML_HEADING = re.compile(r"\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*$", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_TITLE = 1000
_DEEPEST = 6
_LEAVES = {
    "Heading": BlockKind.HEADING,
    "Paragraph": BlockKind.PARAGRAPH,
    "CodeBlock": BlockKind.CODE,
    "HtmlBlock": BlockKind.PARAGRAPH,
    "Table": BlockKind.TABLE,
}
_CONTAINERS = ("Item", "BlockQuote", "FootnoteDefinition", "List")


class Leaves:
    """Takes the events in order; `blocks` and `tables` fill on the way.

    A block reaches from the start of its first line, marks of lists and quotes included, to the end of its
    last. The text of an item that has no paragraphs ends where the next block in the item begins.
    """

    def __init__(self, text: str, lines: LineMap) -> None:
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self._text = text
        self._lines = lines
        self._depth = dict.fromkeys(_CONTAINERS, 0)
        self._leaf: str | None = None
        self._language = ""
        self._words: list[str] = []
        self._rows = Rows(text)
        self._loose: Span | None = None

    def take(self, event: Any, span: Span) -> None:
        """One event and where it is."""
        if isinstance(event, str):
            self._inline(event, "", span)
            return
        name, value = next(iter(event.items()))
        if name not in ("Start", "End"):
            self._inline(name, value, span)
            return
        tag, more = (value, None) if isinstance(value, str) else next(iter(value.items()))
        if name == "Start":
            self._start(tag, more, span)
        else:
            self._end(tag, more, span)

    def _start(self, tag: str, more: Any, span: Span) -> None:
        if tag in self._depth:
            self._close_loose()
            self._depth[tag] += 1
        elif tag in _LEAVES:
            self._close_loose()
            self._leaf = tag
            self._language = named_language(more.get("Fenced", "")) if isinstance(more, dict) else ""
            self._words.clear()
            self._rows = Rows(self._text)
        elif self._leaf is None:
            self._widen(span)

    def _end(self, tag: str, more: Any, span: Span) -> None:
        if tag in self._depth:
            self._close_loose()
            self._depth[tag] -= 1
        elif tag == self._leaf:
            self._leaf = None
            self._close(tag, more, span)
        elif tag == "TableCell":
            self._rows.cell(span.trimmed(self._text))
        elif tag in ("TableHead", "TableRow"):
            self._rows.end(span.trimmed(self._text), is_header=tag == "TableHead")

    def _inline(self, name: str, value: Any, span: Span) -> None:
        if name == "Rule":
            self._close_loose()
            self._add(self._whole_lines(span).trimmed(self._text), BlockKind.PARAGRAPH)
        elif self._leaf is None:
            self._widen(span)
        elif self._leaf == "Heading" and name in ("Text", "Code", "SoftBreak", "HardBreak"):
            self._words.append(value or " ")

    def _widen(self, span: Span) -> None:
        """More of an item's text that is in no paragraph."""
        start = self._loose.start if self._loose else span.start
        self._loose = Span(start, max(span.end, self._loose.end if self._loose else 0))

    def _close_loose(self) -> None:
        if self._loose is not None:
            self._add(self._whole_lines(self._loose).trimmed(self._text), self._inside())
            self._loose = None

    def _close(self, tag: str, more: Any, span: Span) -> None:
        kind = _LEAVES[tag]
        if kind is BlockKind.TABLE:
            whole = span.trimmed(self._text)
            self._add(whole, kind)
            self.tables.extend(self._rows.table(whole))
        elif kind is BlockKind.CODE:
            self._add(trimmed_lines(self._text, self._whole_lines(span)), kind)
        elif kind is BlockKind.HEADING:
            title = clean_line("".join(self._words))[:_LONGEST_TITLE]
            self._add(self._whole_lines(span).trimmed(self._text), kind, int(more[1]), title)
        else:
            whole = self._whole_lines(span).trimmed(self._text)
            heading = _HTML_HEADING.match(whole.of(self._text)) if tag == "HtmlBlock" else None
            if heading:
                title = clean_line(_TAG.sub(" ", heading[2]))
                self._add(whole, BlockKind.HEADING, int(heading[1]), title)
            else:
                self._add(whole, self._inside())

    def _inside(self) -> BlockKind:
        """What running text is in the containers that are open."""
        if self._depth["FootnoteDefinition"]:
            return BlockKind.FOOTNOTE
        if self._depth["Item"]:
            return BlockKind.LIST_ITEM
        return BlockKind.QUOTE if self._depth["BlockQuote"] else BlockKind.PARAGRAPH

    def _add(self, span: Span, kind: BlockKind, level: int = 0, title: str = "") -> None:
        if self.blocks:
            span = Span(max(span.start, self.blocks[-1].span.end), span.end)
        if kind is BlockKind.LIST_ITEM:
            level = min(self._depth["Item"], _DEEPEST)
        elif kind is BlockKind.QUOTE:
            level = self._depth["BlockQuote"]
        language = self._language if kind is BlockKind.CODE else ""
        if span.start < span.end:
            self.blocks.append(Block(span, kind, level, title=title, language=language))

    def _whole_lines(self, span: Span) -> Span:
        last = max(span.start, span.end - 1)
        return self._lines.span(self._lines.number(span.start), self._lines.number(last) + 1)
