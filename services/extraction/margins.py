"""Short rows alone at the upper or lower edge of a page: they come before or after all columns."""

from collections.abc import Sequence

from models.geometry import Box
from services.extraction.frames import Placed, around
from services.extraction.reading_order import rows

_EDGE = 0.1
_APART = 1.2
_LONGEST = 100
_FEWEST = 6


def between_edges(items: Sequence[Placed], sheet: Box) -> list[list[Placed]]:
    """The row at the upper edge, all between, the row at the lower edge; what there is of them, in order."""
    if len(items) < _FEWEST:
        return [list(items)]
    found = rows(items)
    top = list(found[0]) if _is_alone(found[0], found[1:2], sheet.y0, sheet) else []
    bottom = list(found[-1]) if _is_alone(found[-1], found[-2:-1], sheet.y1, sheet) else []
    edges = {item.rank for item in (*top, *bottom)}
    return [part for part in (top, [item for item in items if item.rank not in edges], bottom) if part]


def _is_alone(row: Sequence[Placed], following: Sequence[Sequence[Placed]], edge: float, sheet: Box) -> bool:
    """Whether the row is short, near the edge and apart from the next one."""
    if not following or sum(len(item.line.text) for item in row) > _LONGEST:
        return False
    if any(not item.line.words for item in row):
        return False
    box, other = around(row), around(following[0])
    gap = max(other.y0 - box.y1, box.y0 - other.y1)
    near = abs((box.y0 + box.y1) / 2 - edge) <= _EDGE * sheet.height
    return near and gap > _APART * box.height
