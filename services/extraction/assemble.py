"""Raw blocks to canonical text: the only place where the offsets of paginated documents are born."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, zip_longest

from models.apparatus import Look
from models.document import Block, BlockKind, Drop, DropReason, Page
from models.geometry import Box, bounds
from models.span import Span
from models.table import Cell, Table
from models.words import Words, pack_word
from services.extraction.grids import CELL_SEPARATOR
from services.extraction.hyphens import Join, Vocabulary
from services.extraction.listings import Pitch, pitch_of
from services.extraction.looks import Looks
from services.extraction.raw import RawBlock, RawLine, RawPage, RawWord, Row
from services.extraction.scripts import is_unspaced

_BETWEEN_BLOCKS = "\n\n"
ROW_SEPARATOR = "\n"

_CELL_GAP = 1.5
_UNREADABLE = 0.5


@dataclass(frozen=True, slots=True)
class Assembled:
    """The canonical text and what points into it; `drops` are the hyphens that were taken out of words."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...]
    words: Words
    drops: tuple[Drop, ...]
    tables: tuple[Table, ...] = ()
    looks: tuple[Look, ...] = ()


class _Sheet:
    """The text as it is put down, with all that points into it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.pieces: list[str] = []
        self.position = 0
        self.words = Words()
        self.blocks: list[Block] = []
        self.drops: list[Drop] = []
        self.tables: list[Table] = []
        self.pitch: Pitch | None = None
        self.looks = Looks()

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.position += len(text)

    def put_block(self, block: RawBlock, onward: Row | None) -> Span:
        """Its span; `onward` is the first row of the block that continues this one."""
        if self.position and not block.continues:
            self.put(_BETWEEN_BLOCKS)
        self.pitch = pitch_of(block.lines) if block.kind is BlockKind.CODE else None
        if block.cells:
            return self._put_table(block)
        start = self.position
        for row, below in zip_longest(block.rows, block.rows[1:], fillvalue=onward):
            if row is not None:
                self.put_row(row, below, block)
        span = Span(start, self.position)
        self._note(block, span)
        return span

    def _put_table(self, block: RawBlock) -> Span:
        """A line for each row, cells with a bar between; rows of a table that goes on belong to that one."""
        start, above, cells = self.position, block.cells[0].row, list[Cell]()
        lines = iter(block.rows)
        for number, (row, column, row_span, column_span, is_header, height) in enumerate(block.cells):
            if number:
                self.put(ROW_SEPARATOR if row > above else CELL_SEPARATOR)
            above, first = row, self.position
            own = list(islice(lines, height))
            for line, below in zip_longest(own, own[1:]):
                self.put_row(line, below, block)
            span = Span(first, self.position)
            cells.append(Cell(span, row, column, row_span, column_span, is_header))
        span = Span(start, self.position)
        spans: tuple[Span, ...] = (span,)
        if block.goes_on:
            whole = self.tables.pop()
            spans, cells = (*whole.spans, span), [*whole.cells, *cells]
        rows = max(cell.row + cell.row_span for cell in cells)
        columns = max(cell.column + cell.column_span for cell in cells)
        self.tables.append(Table(spans, rows, columns, tuple(cells)))
        self._note(block, span)
        return span

    def put_row(self, row: Row, below: Row | None, block: RawBlock) -> None:
        """The row, and what stands between it and the next."""
        words = [word for line in row for word in line.words]
        joined = Join.NONE
        if below is not None and block.kind is not BlockKind.CODE:
            joined = self.vocabulary.join(words[-1].text, below[0].words[0].text)
        last = words[-1].text[:-1] if joined is Join.SOFT else words[-1].text
        texts = [*(word.text for word in words[:-1]), last]
        gaps = self.pitch.spaces(row) if self.pitch else [0, *[1] * (len(words) - 1)]
        end, spans = self.position, list[Span]()
        for word, text, gap in zip(words, texts, gaps, strict=True):
            spans.append(self._pack(word, end + gap, block.page, text))
            end = spans[-1].end
        self.looks.note(row, spans)
        self.put("".join(" " * gap + text for text, gap in zip(texts, gaps, strict=True)))
        if joined is Join.SOFT:
            self.drops.append(_hyphen(row[-1], block.page, end))
        elif below is not None and joined is Join.NONE:
            self.put(_between(row, below, block.kind))

    def _pack(self, word: RawWord, start: int, page: int, text: str) -> Span:
        span = Span(start, start + len(text))
        pack_word(self.words, span, page, word.box)
        return span

    def _note(self, block: RawBlock, span: Span) -> None:
        box = block.region or bounds([line.box for line in block.lines])
        if not block.continues:
            self.blocks.append(Block(span, block.kind, block.level, block.page, box, block.title))
            return
        whole = self.blocks[-1]
        if block.page == whole.page and whole.box is not None:
            box = bounds([whole.box, box])
        else:
            box = whole.box or box
        self.blocks[-1] = replace(whole, span=Span(whole.span.start, span.end), box=box)


def assemble(blocks: Sequence[RawBlock], pages: Sequence[RawPage]) -> Assembled:
    """`blocks` are in reading order, page after page; the box of one is that on the page where it begins.

    Every word of theirs is in the text. Words of a row stand one space apart, blocks one blank line; a word
    that was cut at a row's end is whole, with an entry among the words for each of its parts.
    """
    sheet = _Sheet(Vocabulary([_texts(row) for block in blocks for row in block.rows]))
    spans: dict[int, Span] = {}
    for block, following in zip_longest(blocks, blocks[1:]):
        onward = following.rows[0] if following is not None and following.continues else None
        span = sheet.put_block(block, onward)
        first = spans.get(block.page, span)
        spans[block.page] = Span(first.start, span.end)
    text = "".join(sheet.pieces)
    placed = _pages(pages, spans)
    drops, tables = tuple(sheet.drops), tuple(sheet.tables)
    return Assembled(text, tuple(sheet.blocks), placed, sheet.words, drops, tables, sheet.looks.all())


def _texts(row: Row) -> list[str]:
    return [word.text for line in row for word in line.words]


def _hyphen(line: RawLine, page: int, at: int) -> Drop:
    """The last character of the line; its box is what it takes of its word's, all characters being alike."""
    text, box = line.words[-1]
    if not line.turn:
        box = Box(box.x1 - box.width / len(text), box.y0, box.x1, box.y1)
    return Drop(DropReason.HYPHEN, text[-1], page, box, at)


def _pages(pages: Sequence[RawPage], spans: Mapping[int, Span]) -> tuple[Page, ...]:
    """Pages without text get an empty span where their text would be."""
    placed = []
    position = 0
    for page in pages:
        span = spans.get(page.number, Span(position, position))
        position = span.end
        placed.append(Page(page.number, page.width, page.height, span, _needs_ocr(page), page.confidence))
    return tuple(placed)


def _needs_ocr(page: RawPage) -> bool:
    """No text but ink, a page that failed, or glyphs most of which have no known character."""
    if page.confidence is not None:
        return False  # its picture has been read
    if page.failed or not page.lines:
        return page.failed or page.drawn
    text = "".join(word.text for line in page.lines for word in line.words)
    return text.count("\ufffd") > _UNREADABLE * len(text)


def _between(above: Row, below: Row, kind: BlockKind) -> str:
    """A space where a paragraph wraps; a line feed in code and around rows of cells."""
    last, first = above[-1].words[-1].text, below[0].words[0].text
    if kind in (BlockKind.CODE, BlockKind.FIGURE) or (
        kind is not BlockKind.TABLE and (_has_cells(above) or _has_cells(below))
    ):
        return "\n"
    return "" if is_unspaced(last[-1]) and is_unspaced(first[0]) else " "


def _has_cells(row: Row) -> bool:
    """Whether the row has a gap that no justified text has."""
    if row[0].turn:
        return len(row) > 1
    words = (word for line in row for word in line.words)
    return any(b.box.x0 - a.box.x1 > _CELL_GAP * a.box.height for a, b in pairwise(words))
