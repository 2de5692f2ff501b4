"""Links within the text: captions to what they name, marks to footnotes; hyperlinks to their words."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.apparatus import Apparatus, Bookmark, Hyperlink, Link, LinkKind
from models.document import Block, BlockKind
from models.geometry import Box
from models.span import Span
from models.words import Words
from services.extraction.assemble import Assembled
from services.extraction.captions import names_table
from services.extraction.footnotes import mark_of
from services.extraction.line_parts import is_mixed
from services.extraction.raw import RawBlock, RawLine, RawPage, RawPaper
from services.extraction.textless import pictures_of

_MARK = re.compile(r"\d{1,3}|[a-z]|[*†‡§¶#]+|[⁰¹²³⁴-⁹]+")
_FAR = 90.0
_NEAREST_TABLES = 3

_Place = tuple[int, float, float, float, float]


def apparatus_of(raw: Sequence[RawBlock], whole: Assembled, paper: RawPaper) -> Apparatus:
    """All that points, of the blocks that were put together; links in the order of the text."""
    links = (
        *footnote_links(raw, whole.blocks, whole.words),
        *caption_links(whole.text, whole.blocks, paper.pages),
    )
    return Apparatus(
        tuple(sorted(links, key=lambda link: link.source)),
        tuple(sorted(hyperlinks(paper.pages, whole.words), key=lambda link: link.span)),
        tuple(Bookmark(*entry) for entry in paper.outline),
        paper.attachments,
        tuple(pictures_of(whole.blocks, whole.pages, paper.pages)),
        whole.looks,
    )


def footnote_links(raw: Sequence[RawBlock], blocks: Sequence[Block], words: Words) -> Iterator[Link]:
    """From each raised mark to the note of its page that begins with it.

    `raw` are the blocks that were put down as `blocks`, those that continue another included.
    """
    notes: dict[str, list[Block]] = defaultdict(list)
    own = [block for block in raw if not block.continues]
    for given, block in zip(own, blocks, strict=True):
        if given.kind is BlockKind.FOOTNOTE:
            notes[mark_of(given.rows[0])].append(block)
    if not notes:
        return
    places = _places(words)
    for given in raw:
        if given.kind is BlockKind.FOOTNOTE:
            continue
        for line in given.lines:
            for mark, span in _marks(line, given.page, words, places):
                note = next((note for note in notes.get(mark, ()) if note.page == given.page), None)
                if note is not None:
                    yield Link(LinkKind.FOOTNOTE, span, note.span, note.page, note.box)


def caption_links(text: str, blocks: Sequence[Block], pages: Sequence[RawPage]) -> Iterator[Link]:
    """From each caption to the nearest table or figure of its page."""
    figures = {page.number: page.figures for page in pages}
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.CAPTION or block.page is None or block.box is None:
            continue
        if names_table(block.span.of(text)):
            near = blocks[max(0, number - _NEAREST_TABLES) : number + _NEAREST_TABLES + 1]
            tables = [other for other in near if other.kind is BlockKind.TABLE and other.page == block.page]
            if tables:
                table = min(tables, key=lambda other: abs(blocks.index(other) - number))
                yield Link(LinkKind.CAPTION, block.span, table.span, table.page, table.box)
        else:
            figure = _nearest(block.box, figures.get(block.page, ()))
            if figure is not None:
                target = _inside(figure, blocks, block)
                yield Link(LinkKind.CAPTION, block.span, target, block.page, figure)


def hyperlinks(pages: Sequence[RawPage], words: Words) -> Iterator[Hyperlink]:
    """Each link area with the words whose middles lie in it; areas without words are left out."""
    wanted = {page.number: page.links for page in pages if page.links}
    if not wanted:
        return
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, page in enumerate(words.pages):
        if page in wanted:
            numbers[page].append(number)
    for page, links in wanted.items():
        for box, uri, target in links:
            span = _covered(box, words, numbers[page])
            if span is not None:
                yield Hyperlink(span, page, box, uri, target)


def _covered(box: Box, words: Words, numbers: Sequence[int]) -> Span | None:
    """The first run of words in the box."""
    run: list[int] = []
    for number in numbers:
        x0, y0, x1, y1 = words.box(number)
        if box.holds((x0 + x1) / 2, (y0 + y1) / 2):
            run.append(number)
        elif run:
            break
    return Span(words.starts[run[0]], words.ends[run[-1]]) if run else None


def _places(words: Words) -> dict[_Place, int]:
    x0, y0, x1, y1 = words.edges
    return {place: i for i, place in enumerate(zip(words.pages, x0, y0, x1, y1, strict=True))}


def _marks(line: RawLine, page: int, words: Words, places: dict[_Place, int]) -> Iterator[tuple[str, Span]]:
    """The raised marks of a line, and where they are in the text; exponents of symbols are none."""
    if not is_mixed(line):
        return
    ends: list[tuple[int, int]] = []
    end = 0
    for number, word in enumerate(line.words):
        ends.append((end, number))
        end += len(word.text)
    start = 0
    after_symbol = True
    for run in line.runs:
        if run.raised and not run.style.math and not after_symbol:
            first, number = max(item for item in ends if item[0] <= start)
            word = line.words[number]
            index = places.get((page, *array("f", word.box)))  # type: ignore[arg-type]  # four edges
            if index is not None:
                own = word.text[start - first : start - first + run.letters]
                at = words.starts[index] + start - first
                for match in _MARK.finditer(own):
                    if at + match.end() <= words.ends[index]:
                        yield match[0], Span(at + match.start(), at + match.end())
        after_symbol = run.style.math
        start += run.letters


def _nearest(caption: Box, figures: Sequence[Box]) -> Box | None:
    """The figure that is nearest above or below the caption, or beside it."""
    best = min(figures, key=lambda figure: _distance(caption, figure), default=None)
    return best if best is not None and _distance(caption, best) <= _FAR else None


def _distance(a: Box, b: Box) -> float:
    across = max(a.x0 - b.x1, b.x0 - a.x1, 0.0)
    down = max(a.y0 - b.y1, b.y0 - a.y1, 0.0)
    return across + down


def _inside(figure: Box, blocks: Sequence[Block], caption: Block) -> Span:
    """The first block of text in the figure, else the empty place before its caption."""
    for block in blocks:
        if block.kind is BlockKind.FIGURE and block.page == caption.page and block.box is not None:
            x, y = (block.box.x0 + block.box.x1) / 2, (block.box.y0 + block.box.y1) / 2
            if figure.holds(x, y):
                return block.span
    return Span(caption.span.start, caption.span.start)
