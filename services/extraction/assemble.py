"""Raw blocks to canonical text: the only place where the offsets of paginated documents are born."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from models.document import Block, Page
from models.geometry import bounds
from models.span import Span
from models.words import Words, pack_word
from services.extraction.raw import RawBlock, RawPage, Row

_BETWEEN_BLOCKS = "\n\n"
_HYPHENS = ("-", "\u2010", "\u00ad")
_CELL_GAP = 1.5
_UNREADABLE = 0.5


class _Sheet:
    """The text as it is put down, with all that points into it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.position = 0
        self.words = Words()
        self.blocks: list[Block] = []

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.position += len(text)

    def put_block(self, block: RawBlock) -> None:
        if self.position:
            self.put(_BETWEEN_BLOCKS)
        start = self.position
        above: Row | None = None
        for row in block.rows:
            if above is not None:
                self.put(_between(above, row))
            self.put_row(row, block.page)
            above = row
        box = bounds([line.box for line in block.lines])
        self.blocks.append(Block(Span(start, self.position), block.kind, block.level, block.page, box))

    def put_row(self, row: Row, page: int) -> None:
        words = [word for line in row for word in line.words]
        start = self.position
        for word in words:
            end = start + len(word.text)
            pack_word(self.words, Span(start, end), page, word.box)
            start = end + 1
        self.put(" ".join(word.text for word in words))


def assemble(
    blocks: Sequence[RawBlock], pages: Sequence[RawPage]
) -> tuple[str, tuple[Block, ...], tuple[Page, ...], Words]:
    """Text, blocks, pages and words; `blocks` are in reading order, page after page.

    Every word of theirs is in the text; words of a row stand one space apart, blocks one blank line.
    """
    sheet = _Sheet()
    spans: dict[int, Span] = {}
    for block in blocks:
        sheet.put_block(block)
        span = sheet.blocks[-1].span
        first = spans.get(block.page, span)
        spans[block.page] = Span(first.start, span.end)
    return "".join(sheet.pieces), tuple(sheet.blocks), _pages(pages, spans), sheet.words


def _pages(pages: Sequence[RawPage], spans: Mapping[int, Span]) -> tuple[Page, ...]:
    """Pages without text get an empty span where their text would be."""
    placed = []
    position = 0
    for page in pages:
        span = spans.get(page.number, Span(position, position))
        position = span.end
        placed.append(Page(page.number, page.width, page.height, span, _needs_ocr(page)))
    return tuple(placed)


def _needs_ocr(page: RawPage) -> bool:
    """No text but ink, a page that failed, or glyphs most of which have no known character."""
    if page.failed or not page.lines:
        return page.failed or page.drawn
    text = "".join(word.text for line in page.lines for word in line.words)
    return text.count("\ufffd") > _UNREADABLE * len(text)


def _between(above: Row, below: Row) -> str:
    """A space where a paragraph wraps; a line feed after a hyphen and around rows of cells."""
    last, first = above[-1].words[-1].text, below[0].words[0].text
    if last.endswith(_HYPHENS) or _has_cells(above) or _has_cells(below):
        return "\n"
    return "" if _is_ideographic(last[-1]) and _is_ideographic(first[0]) else " "


def _has_cells(row: Row) -> bool:
    """Whether the row has a gap that no justified text has."""
    if row[0].turn:
        return len(row) > 1
    words = (word for line in row for word in line.words)
    return any(b.box.x0 - a.box.x1 > _CELL_GAP * a.box.height for a, b in pairwise(words))


def _is_ideographic(char: str) -> bool:
    """Han and Kana, which are written without spaces."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"
