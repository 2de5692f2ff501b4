"""Rows of a column to blocks: by distance, indentation, look, and how rows begin and end."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.frames import Placed
from services.extraction.raw import RawBlock
from services.extraction.reading_order import Flow, FlowRow, lines_of

_FAR = 1.3
_NEAR = 0.5
_COMMON = 0.15
_OTHER_SIZE = 0.12
_INDENT = 0.7
_ENTRIES, _FEWEST_ENTRIES = 0.4, 5
_PAGE = re.compile(r"\d{1,4}(?:[-–]\d{1,4})?")
_ITEM_ENDS = (";", ":", "; and", "; or", ".")
_ENDS = tuple('.!?:;…"”’)')


@dataclass(frozen=True, slots=True)
class Spacing:
    """Usual distance from row to row for each type size, in points."""

    by_size: dict[float, float]

    def usual(self, row: FlowRow) -> float:
        """The distance for that row's size; 1.2 times the size where none is known."""
        size = row[0].line.style.size
        return self.by_size.get(size) or 1.2 * (size or _height(row))


def spacing(all_flows: Iterable[Flow]) -> Spacing:
    """The smallest distance that is common among neighbouring rows of one size."""
    counts: dict[float, Counter[float]] = {}
    for flow in all_flows:
        for above, below in pairwise(flow):
            size = above[0].line.style.size
            pitch = _pitch(above, below)
            if size == below[0].line.style.size and 0.8 * size < pitch < 3.5 * size:
                counts.setdefault(size, Counter())[round(pitch * 2) / 2] += 1
    return Spacing({size: _smallest_common(counter) for size, counter in counts.items()})


def paragraphs(flow: Flow, page: int, usual: Spacing) -> list[RawBlock]:
    """The blocks of one column, in order."""
    if not flow:
        return []
    right = _right_edge(flow)
    is_index = _is_index(flow)
    blocks: list[list[FlowRow]] = [[flow[0]]]
    for row in flow[1:]:
        if _breaks(blocks[-1], row, right, usual) or (is_index and _ends_entry(blocks[-1][-1], row)):
            blocks.append([row])
        else:
            blocks[-1].append(row)
    return [RawBlock(page, tuple(lines_of(row) for row in block)) for block in blocks]


def _is_index(flow: Flow) -> bool:
    """Whether rows end with the numbers of pages, as the entries of an index do."""
    return len(flow) >= _FEWEST_ENTRIES and sum(map(_names_page, flow)) >= _ENTRIES * len(flow)


def _names_page(row: FlowRow) -> bool:
    return len(row[-1].line.words) > 1 and _PAGE.fullmatch(row[-1].line.words[-1].text) is not None


def _ends_entry(above: FlowRow, row: FlowRow) -> bool:
    """After the number of a page, or where the next row begins no further right and nothing runs on."""
    last = above[-1].line.words[-1].text
    return _PAGE.fullmatch(last) is not None or (_indent(above, row) <= 0 and not last.endswith(","))


def _smallest_common(counter: Counter[float]) -> float:
    enough = max(1.0, _COMMON * counter.total())
    return min(pitch for pitch, count in counter.items() if count >= enough or count == max(counter.values()))


def _breaks(block: Sequence[FlowRow], row: FlowRow, right: float, usual: Spacing) -> bool:
    above = block[-1]
    if _is_apart(above, row, usual) or _looks_other(above, row, right):
        return True
    text = row[0].line.text
    if is_bullet(text):
        return True
    if is_enumerated(text) and (
        _is_finished(above, row, right) or _indent(above, row) != 0 or _ends_item(above)
    ):
        return True
    if _centred(above, row, right):
        return False
    return _indents_anew(block, row, right) or (_is_finished(above, row, right) and _ends(above))


def _is_apart(above: FlowRow, row: FlowRow, usual: Spacing) -> bool:
    pitch = _pitch(above, row)
    expected = max(usual.usual(above), usual.usual(row))
    return pitch > _FAR * expected or pitch < _NEAR * min(usual.usual(above), usual.usual(row))


def _looks_other(above: FlowRow, row: FlowRow, right: float) -> bool:
    a, b = above[-1].line.style, row[0].line.style
    if abs(a.size - b.size) > _OTHER_SIZE * max(a.size, b.size):
        return True
    if a.italic != b.italic and is_enumerated(above[0].line.text) and _is_finished(above, row, right):
        return True
    runs_on = not _is_finished(above, row, right) and not _ends(above) and len(above) == 1
    return a.bold != b.bold and not (runs_on and row[0].line.text[:1].islower())


def _indents_anew(block: Sequence[FlowRow], row: FlowRow, right: float) -> bool:
    """Whether the left edge says that a paragraph begins here."""
    above = block[-1]
    indent = _indent(above, row)
    if indent == 0:
        return False
    if len(block) > 1:
        return indent > 0 or not _runs_on(above, row, right)
    begins = above[0].line.text
    if indent > 0:
        hangs = is_bullet(begins) or is_enumerated(begins)
        return not hangs and _is_finished(above, row, right)
    return _is_finished(above, row, right)


def _runs_on(above: FlowRow, row: FlowRow, right: float) -> bool:
    """Whether the row above is full, ends no sentence and the next begins with a small letter."""
    return not _is_finished(above, row, right) and not _ends(above) and row[0].line.text[:1].islower()


def _indent(above: FlowRow, row: FlowRow) -> int:
    """1 when the row starts further right, -1 further left, 0 at the same edge."""
    shift = row[0].box.x0 - above[0].box.x0
    least = _INDENT * max(_height(row), 1.0)
    return (shift > least) - (shift < -least)


def _centred(above: FlowRow, row: FlowRow, right: float) -> bool:
    a, b = above[0].box.x0 + above[-1].box.x1, row[0].box.x0 + row[-1].box.x1
    short = min(above[-1].box.x1, row[-1].box.x1) < right - _height(row)
    return short and abs(a - b) < _height(row)


def _is_finished(above: FlowRow, row: FlowRow, right: float) -> bool:
    """Whether the row above ends though the next word would have had room."""
    first = row[0].line.words[0].box
    word = max(first.width, first.height) if row[0].line.turn % 2 else first.width
    return above[-1].box.x1 + word + 0.6 * _height(row) < right


def _ends_item(above: FlowRow) -> bool:
    return above[-1].line.text.endswith(_ITEM_ENDS)


def _ends(above: FlowRow) -> bool:
    return above[-1].line.words[-1].text.endswith(_ENDS)


def _pitch(above: FlowRow, below: FlowRow) -> float:
    """From baseline to baseline, as far as boxes tell."""
    return below[0].box.y1 - above[0].box.y1


def _height(row: FlowRow) -> float:
    return max(item.box.height for item in row)


def _right_edge(flow: Flow) -> float:
    """Where full rows end: one row in ten may reach further."""
    edges = sorted(_last(row).box.x1 for row in flow)
    return edges[int(0.9 * (len(edges) - 1))]


def _last(row: FlowRow) -> Placed:
    return row[-1]
