"""Documents back to Markdown, block by block."""

import re
from bisect import bisect_right
from collections import defaultdict

from models.cells import NOTEBOOK
from models.document import Block, BlockKind, Document
from models.table_forms import table_markdown
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.notebook_markdown import fenced, notebook_markdown
from services.extraction.wording import Wording

_BULLET = re.compile(r"^\s*[^\w\s(\[]\s*")
_BRACKETS = re.compile(r"[\[\]]")
_VERBATIM = "text/markdown"
_HEADINGS = (BlockKind.TITLE, BlockKind.HEADING)
_TICKED, _OPEN = ("☑", "☒", "⊠", "✓", "✔"), "☐□"
_DISPLAYED = re.compile(r"^\$([^$]+)\$((?: \([^()]+\))?)$")
_WORD = re.compile(r"[^\W\d_]{4,}")


def to_markdown(document: Document) -> str:
    """Headings with `#` (one more below a title), items with `-`, code fenced; Markdown as it came.

    Marks of footnotes become `[^1]`, numbered over the document, and their notes stand at the end of the
    section with the mark. What is set as a formula is LaTeX between dollars. A figure's text stands where a
    picture's description does, if it is made of words. A table over several pages stands where it begins.
    """
    if document.media_type == _VERBATIM:
        return document.text
    if document.media_type == NOTEBOOK:
        return notebook_markdown(document)
    wording = Wording(document)
    notes = _notes(document, wording)
    style = _Style(document, wording)
    notes_at = {span for span, _, _ in wording.notes()}
    rendered: list[str] = []
    for number, block in enumerate(document.blocks):
        if block.kind in _HEADINGS:
            rendered += notes.pop(number, ())
        if block.span not in notes_at:
            rendered.append(style.rendered(block))
    rendered += notes.pop(len(document.blocks), ())
    return "\n\n".join(piece for piece in rendered if piece) + "\n" if rendered else ""


def _notes(document: Document, wording: Wording) -> dict[int, list[str]]:
    """The notes, by the number of the heading before which they stand: the next one after their mark."""
    headings = [n for n, block in enumerate(document.blocks) if block.kind in _HEADINGS]
    found: dict[int, list[str]] = defaultdict(list)
    for target, mark, number in wording.notes():
        after = bisect_right(headings, document.block_at(mark.start))
        place = headings[after] if after < len(headings) else len(document.blocks)
        found[place].append(f"[^{number}]: {_one_line(wording.note(target))}")
    return found


class _Style:
    """How the blocks of a document are written."""

    def __init__(self, document: Document, wording: Wording) -> None:
        self._document = document
        self._wording = wording
        self._shift = int(any(block.kind is BlockKind.TITLE for block in document.blocks))
        items = (
            block.span.of(document.text) for block in document.blocks if block.kind is BlockKind.LIST_ITEM
        )
        self._has_ticks = any(item.startswith(_TICKED) for item in items)

    def rendered(self, block: Block) -> str:
        """The block; nothing for the later parts of a table."""
        write = {
            BlockKind.TITLE: self._heading,
            BlockKind.HEADING: self._heading,
            BlockKind.TABLE: self._table,
            BlockKind.LIST_ITEM: self._item,
            BlockKind.CODE: self._code,
            BlockKind.QUOTE: self._quote,
            BlockKind.FIGURE: self._figure,
            BlockKind.FORMULA: self._formula,
        }.get(block.kind)
        return write(block) if write else self._wording.rich(block.span)

    def _heading(self, block: Block) -> str:
        level = 1 if block.kind is BlockKind.TITLE else max(1, min(block.level + self._shift, 6))
        return f"{'#' * level} {_one_line(block.title or self._wording.plain(block.span))}"

    def _table(self, block: Block) -> str:
        text, table = self._document.text, self._document.table_at(block.span.start)
        if table is None:
            return block.span.of(text)
        return table_markdown(text, table) if block.span == table.spans[0] else ""

    def _item(self, block: Block) -> str:
        own = self._wording.rich(block.span)
        indent = "  " * max(0, block.level - 1)
        if not is_bullet(own):
            return f"{indent}{own}" if is_enumerated(own) else f"{indent}- {own}"
        tick = "[x] " if own.startswith(_TICKED) else "[ ] " if self._has_ticks and own[0] in _OPEN else ""
        return f"{indent}- {tick}{_BULLET.sub('', own, count=1)}"

    def _code(self, block: Block) -> str:
        return fenced(block.span.of(self._document.text), block.language)

    def _quote(self, block: Block) -> str:
        return "\n".join(f"> {line}".rstrip() for line in self._wording.rich(block.span).splitlines())

    def _formula(self, block: Block) -> str:
        own = self._wording.rich(block.span)
        return _DISPLAYED.sub(r"$$\1$$\2", own)

    def _figure(self, block: Block) -> str:
        """A picture with its text as description; without, when that is labels of axes and the like."""
        own = block.span.of(self._document.text)
        words = sum(map(len, _WORD.findall(own)))
        described = 2 * words > len("".join(own.split()))
        return f"![{_BRACKETS.sub(_escaped, _one_line(own)) if described else ''}]()"


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _one_line(own: str) -> str:
    return " ".join(own.split())
