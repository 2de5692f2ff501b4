"""Paragraphs that the end of a column or page has cut in two are put together again.

What stands between the two parts and is not part of the running text (a note below, a table, a figure's
caption) comes before the whole paragraph, or after it when it is on the second page.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from models.document import BlockKind
from models.geometry import bounds
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.hyphens import ends_cut
from services.extraction.raw import RawBlock, RawLine

_RUNNING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE)
_ASIDE = (BlockKind.FOOTNOTE, BlockKind.CAPTION, BlockKind.TABLE, BlockKind.FIGURE)
_MOST_ASIDE = 8
_SAME_SIZE = 0.6
_ENDS = tuple('.!?:;…"”’)')
_FULL = 2.0
_INDENT = 0.7


def continued(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, second parts marked as continuing what stands before them."""
    joined: list[RawBlock] = []
    for block in blocks:
        aside = list(takewhile(_is_aside, reversed(joined[-_MOST_ASIDE:])))[::-1]
        place = len(joined) - len(aside) - 1
        start = _start(joined, place)
        if place < 0 or not _runs_on(joined[place], block) or not _can_wait(aside, joined[start], block):
            joined.append(block)
            continue
        before = [other for other in aside if other.page != block.page or joined[start].page == block.page]
        after = [other for other in aside if other not in before]
        joined[start:] = [*before, *joined[start : place + 1], replace(block, continues=True), *after]
    return joined


def _is_aside(block: RawBlock) -> bool:
    """Whether it is no part of the running text; text that runs up the margin is none."""
    return block.kind in _ASIDE or block.rows[0][0].turn != 0


def _start(blocks: Sequence[RawBlock], place: int) -> int:
    """The first part of what is continued at that place."""
    while place > 0 and blocks[place].continues:
        place -= 1
    return place


def _can_wait(aside: Sequence[RawBlock], first: RawBlock, block: RawBlock) -> bool:
    """Whether all that stands between is on the page of the first part, or of the last."""
    return all(other.page in (first.page, block.page) for other in aside)


def _runs_on(block: RawBlock, following: RawBlock) -> bool:
    """Whether the text goes on in the next column, or at the top of the next page."""
    last, first = block.rows[-1][-1], following.rows[0][0]
    return (
        block.kind in _RUNNING
        and following.kind is BlockKind.PARAGRAPH
        and _look_alike(last, first)
        and (following.page > block.page or (following.page == block.page and first.box.y1 < last.box.y0))
        and _reads_on(block, following)
    )


def _look_alike(a: RawLine, b: RawLine) -> bool:
    return (
        a.turn == b.turn == 0
        and abs(a.style.size - b.style.size) < _SAME_SIZE
        and a.style.bold == b.style.bold
    )


def _reads_on(block: RawBlock, following: RawBlock) -> bool:
    """No full stop here and a small letter there; or a full row here and no new beginning there."""
    text = following.rows[0][0].text
    if ends_cut(block.rows[-1][-1].words[-1].text) and text[0].isalpha():
        return True
    if block.rows[-1][-1].text.endswith(_ENDS) or is_bullet(text) or is_enumerated(text):
        return False
    return text.lstrip("“\"‘'([")[:1].islower() or (_is_full(block) and _begins_flush(following))


def _is_full(block: RawBlock) -> bool:
    """Whether the last row reaches as far as the block does; of two rows at least."""
    if len(block.rows) < 2:  # noqa: PLR2004
        return False
    right = bounds([line.box for line in block.lines]).x1
    last = block.rows[-1][-1].box
    return last.x1 > right - _FULL * last.height


def _begins_flush(block: RawBlock) -> bool:
    """Whether the first of several rows begins where the next one does."""
    if len(block.rows) < 2:  # noqa: PLR2004
        return False
    first, second = block.rows[0][0].box, block.rows[1][0].box
    return abs(first.x0 - second.x0) < _INDENT * first.height
