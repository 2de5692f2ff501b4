"""Figures without text, and where in the text they stand: before what is right below them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.apparatus import Picture
from models.document import Block, BlockKind, Page
from models.geometry import Box
from services.extraction.raw import RawPage

_MOST = 200
"""Of one page: more are the pieces of one."""


def pictures_of(blocks: Sequence[Block], pages: Sequence[Page], raw: Sequence[RawPage]) -> Iterator[Picture]:
    """The figures that no block is the text of, in the order of the text."""
    by_page: dict[int | None, list[Block]] = defaultdict(list)
    for block in blocks:
        by_page[block.page].append(block)
    found = [
        Picture(_place(figure, by_page[page.number], shown), page.number, figure)
        for page, shown in zip(raw, pages, strict=True)
        for figure in page.figures[:_MOST]
        if not any(_is_text_of(block, figure) for block in by_page[page.number])
    ]
    yield from sorted(found, key=lambda picture: (picture.at, picture.page, picture.box.y0, picture.box.x0))


def _is_text_of(block: Block, figure: Box) -> bool:
    x, y = (figure.x0 + figure.x1) / 2, (figure.y0 + figure.y1) / 2
    return block.kind is BlockKind.FIGURE and block.box is not None and block.box.holds(x, y)


def _place(figure: Box, blocks: Sequence[Block], page: Page) -> int:
    """The start of the nearest block below it in its column, else the end of the nearest one above."""
    near = [(block, block.box) for block in blocks if block.box is not None and _share(figure, block.box)]
    middle = (figure.y0 + figure.y1) / 2
    below = [(box.y0, block.span.start) for block, box in near if (box.y0 + box.y1) / 2 >= middle]
    if below:
        return min(below)[1]
    above = [(box.y1, block.span.end) for block, box in near]
    return max(above)[1] if above else page.span.end


def _share(figure: Box, box: Box) -> bool:
    return min(figure.x1, box.x1) > max(figure.x0, box.x0)
