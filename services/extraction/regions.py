"""What a layout network saw as evidence: kinds of blocks that geometry alone left as paragraphs."""

from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from models.geometry import Box, bounds
from services.extraction.raw import RawBlock, RawPage, Region

_KINDS = {"caption": BlockKind.CAPTION, "formula": BlockKind.FORMULA}
_MOSTLY = 0.8


def mark_regions(blocks: Sequence[RawBlock], pages: Sequence[RawPage]) -> list[RawBlock]:
    """The blocks; paragraphs that lie in a region of another kind are of that kind."""
    regions = {page.number: page.regions for page in pages if page.regions}
    return [_marked(block, regions.get(block.page, ())) for block in blocks] if regions else list(blocks)


def _marked(block: RawBlock, regions: Sequence[Region]) -> RawBlock:
    if block.kind is not BlockKind.PARAGRAPH or not regions:
        return block
    box = bounds([line.box for line in block.lines])
    kind = next((_KINDS[r.label] for r in regions if r.label in _KINDS and _holds(r.box, box)), None)
    return block if kind is None else replace(block, kind=kind)


def _holds(region: Box, box: Box) -> bool:
    width = min(region.x1, box.x1) - max(region.x0, box.x0)
    height = min(region.y1, box.y1) - max(region.y0, box.y0)
    return min(width, height) > 0 and width * height >= _MOSTLY * box.width * box.height
