"""Documents back to Markdown, block by block."""

import re
from bisect import bisect_left
from collections.abc import Mapping

from models.apparatus import LinkKind
from models.document import Block, BlockKind, Document
from models.span import Span
from models.table_forms import table_markdown
from services.extraction.enumerators import is_bullet, is_enumerated

_BULLET = re.compile(r"^\s*[^\w\s(\[]\s*")
_BRACKETS = re.compile(r"[\[\]]")
_VERBATIM = "text/markdown"
_RAW = (BlockKind.CODE, BlockKind.TABLE)


def to_markdown(document: Document) -> str:
    """Headings with `#` (one more below a title), items with `-`, code fenced; Markdown as it came.

    Marks of footnotes become `[^1]`, numbered over the document; text in figures stands where a picture's
    description does. A table over several pages stands where it begins.
    """
    if document.media_type == _VERBATIM:
        return document.text
    below_title = any(block.kind is BlockKind.TITLE for block in document.blocks)
    notes = _Notes(document)
    rendered = [_rendered(document, block, int(below_title), notes) for block in document.blocks]
    return "\n\n".join(piece for piece in rendered if piece) + "\n" if rendered else ""


class _Notes:
    """Footnotes by their spans, and the marks that lead to them, numbered in order."""

    def __init__(self, document: Document) -> None:
        links = [link for link in document.apparatus.links if link.kind is LinkKind.FOOTNOTE]
        numbers: dict[Span, int] = {}
        for link in links:
            numbers.setdefault(link.target, len(numbers) + 1)
        self.numbers: Mapping[Span, int] = numbers
        self._labels = {link.target: link.source.of(document.text) for link in links}
        self._marks = sorted({link.source: numbers[link.target] for link in links}.items())

    def wording(self, block: Block, own: str) -> str:
        """The note without the mark that it begins with."""
        return _one_line(own.removeprefix(self._labels[block.span]))

    def marked(self, text: str, span: Span) -> str:
        """The text of the span with its marks as Markdown has them."""
        pieces = []
        position = span.start
        for mark, number in self._marks[bisect_left(self._marks, (span, 0)) :]:
            if mark.start >= span.end:
                break
            if mark.start >= position and mark.end <= span.end:
                pieces.append(f"{text[position : mark.start]}[^{number}]")
                position = mark.end
        return "".join((*pieces, text[position : span.end]))


def _rendered(document: Document, block: Block, shift: int, notes: _Notes) -> str:
    """The block; nothing for the later parts of a table."""
    table = document.table_at(block.span.start) if block.kind is BlockKind.TABLE else None
    if table is None:
        return _block(document.text, block, shift, notes)
    return table_markdown(document.text, table) if block.span == table.spans[0] else ""


def _block(text: str, block: Block, shift: int, notes: _Notes) -> str:
    own = block.span.of(text) if block.kind in _RAW else notes.marked(text, block.span)
    if block.kind in (BlockKind.TITLE, BlockKind.HEADING):
        level = 1 if block.kind is BlockKind.TITLE else max(1, min(block.level + shift, 6))
        return f"{'#' * level} {_one_line(block.title or own)}"
    if block.kind is BlockKind.LIST_ITEM:
        return _item(own, block.level)
    if block.kind is BlockKind.CODE:
        fence = "`" * max(3, 1 + _longest_run(own))
        return f"{fence}\n{own}\n{fence}"
    if block.kind is BlockKind.QUOTE:
        return "\n".join(f"> {line}".rstrip() for line in own.splitlines())
    if block.kind is BlockKind.FIGURE:
        return f"![{_BRACKETS.sub(_escaped, _one_line(own))}]()"
    number = notes.numbers.get(block.span)
    return own if number is None else f"[^{number}]: {notes.wording(block, own)}"


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _item(own: str, level: int) -> str:
    indent = "  " * max(0, level - 1)
    if is_bullet(own):
        return f"{indent}- {_BULLET.sub('', own, count=1)}"
    return f"{indent}{own}" if is_enumerated(own) else f"{indent}- {own}"


def _one_line(own: str) -> str:
    return " ".join(own.split())


def _longest_run(own: str) -> int:
    return max((len(run) for run in re.findall(r"`+", own)), default=0)
