"""From the rows of a region to its cells: header, spanning cells, wrapped lines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from models.geometry import Box, bounds
from services.extraction.tables.columns import Channel, channels, column_of, is_number, split_at
from services.extraction.tables.regions import wide_rules
from services.extraction.tables.rules import Rules, covered
from services.extraction.tables.values import Grid, GridCell, Place, Segment, TextRow, segment_of

_YEAR = re.compile(r"(?:19|20)\d\d")
_DATA = 0.5
_MOST_HEADER_ROWS = 10
_STACKED = 0.9
_RULED = 0.4
_NUMBERED = 2
_UNIT = 3

Part = tuple[int, int, Segment]
"""First and last column, and what stands there."""


@dataclass
class Stack:
    """Segments under each other in the same columns: a cell in the making."""

    first: int
    last: int
    rows: list[Segment] = field(default_factory=list)
    level: int = 0

    @property
    def box(self) -> Box:
        """The box around its rows."""
        return bounds([row.box for row in self.rows])


def structured(rows: Sequence[TextRow], rules: Rules, drawn: Sequence[float] = ()) -> Grid | None:
    """The grid of the region; `drawn` are vertical rules between its columns. None without columns."""
    box = bounds([row.box for row in rows])
    found = _with_drawn(channels(rows), drawn)
    if not found:
        return None
    head = _header_end(rows, found, rules, box)
    body_found = _with_drawn(channels(rows[head:]), drawn)
    if body_found:
        found = body_found
        head = max(head, _header_end(rows, found, rules, box))
    stacks = _header(rows[:head], found, rules)
    depth = _levels(stacks)
    cells = [GridCell(_place(s, stacks), tuple(s.rows), is_header=True) for s in stacks]
    body = bands(rows[head:], found, rules, box)
    for number, band in enumerate(body, depth):
        cells += _body_cells(band, number, found)
    cells.sort(key=lambda cell: cell.place)
    return Grid(box, depth + len(body), len(found) + 1, tuple(cells))


def _with_drawn(found: Sequence[Channel], drawn: Sequence[float]) -> list[Channel]:
    """The channels, and a rule as one where there is none."""
    ruled = [Channel(x - 1, x + 1) for x in drawn]
    free = [c for c in found if not any(c.x0 - 2 <= x <= c.x1 + 2 for x in drawn)]
    return sorted((*free, *ruled))


def is_data(row: TextRow, found: Sequence[Channel]) -> bool:
    """Whether half of the row's cells beside the first hold figures that are no years."""
    parts = [part for segment in row.segments for part in split_at(segment, found)]
    values = [part for column, part in parts if column]
    figures = [p for p in values if _is_figure([item.word.text for item in p.items])]
    years = [p for p in figures if _YEAR.fullmatch(p.items[-1].word.text)]
    return bool(values) and len(figures) >= _DATA * len(values) and len(years) < max(1, len(figures))


def _is_figure(words: Sequence[str]) -> bool:
    """Whether it begins with a number, or ends with one after a unit: `12 %`, `US$ 12`, not `Day 12`."""
    signs = all(len(word) <= _UNIT for word in words[:-1])
    return is_number(words[0]) or (signs and is_number(words[-1]))


def _header_end(rows: Sequence[TextRow], found: Sequence[Channel], rules: Rules, box: Box) -> int:
    """How many rows are header: up to the last wide rule before the first row of data."""
    data = next((i for i, row in enumerate(rows) if is_data(row, found)), None)
    limit = min(_MOST_HEADER_ROWS, len(rows) - 1)
    ruled = [
        sum(row.box.y1 <= y + 0.3 * row.box.height for row in rows)
        for y in wide_rules(rules, box)
        if rows[0].box.y1 <= y + 2 and y < rows[-1].box.y0
    ]
    inner = sorted({k for k in ruled if 0 < k < len(rows)})
    if data and len(inner) == 1 and inner[0] <= min(limit, data + _NUMBERED) and 2 * inner[0] < len(rows):
        return inner[0]  # numbers that head columns
    ruled = [k for k in ruled if 0 < k <= (limit if data is None else data)]
    if ruled and (data is None or data > 0):
        return ruled[0] if data is None else ruled[-1]
    if data is not None and 0 < data <= limit:
        while (
            data > 1 and len(rows[data - 1].segments) == 1 and column_of(rows[data - 1].items[0], found) == 0
        ):
            data -= 1  # a heading over rows is no header of columns
        return data
    bold = [all(item.bold for item in row.items) for row in rows]
    return int(len(rows) > 1 and (data is None or (bold[0] and not all(bold))))


def _header(head: Sequence[TextRow], found: Sequence[Channel], rules: Rules) -> list[Stack]:
    """The header's segments by columns, lines of one cell put together."""
    stacks: list[Stack] = []
    for row in head:
        for first, last, part in _apart([p for s in row.segments for p in _parts(s, row, found, rules)]):
            above = next((s for s in reversed(stacks) if s.first <= last and first <= s.last), None)
            if above and _continues(above, first, last, part, rules):
                above.rows.append(part)
                above.first, above.last = min(above.first, first), max(above.last, last)
            else:
                stacks.append(Stack(first, last, [part]))
    return stacks


def _apart(parts: Sequence[Part]) -> list[Part]:
    """The parts of one row so that no two share a column: what begins in the same one is one."""
    apart: list[Part] = []
    for first, last, part in parts:
        before = apart[-1] if apart else None
        if before is None or before[1] < first:
            apart.append((first, last, part))
        elif before[0] < first:
            apart[-1] = before[0], first - 1, before[2]
            apart.append((first, last, part))
        else:
            apart[-1] = before[0], max(before[1], last), segment_of([*before[2].items, *part.items])
    return apart


def _continues(above: Stack, first: int, last: int, part: Segment, rules: Rules) -> bool:
    upper = above.rows[-1].box
    gap = part.box.y0 - upper.y1
    if gap > _STACKED * part.box.height or (above.first, above.last) != (first, last):
        return False
    x0, x1 = max(upper.x0, part.box.x0), min(upper.x1, part.box.x1)
    if x1 <= x0:
        x0, x1 = min(upper.x0, part.box.x0), max(upper.x1, part.box.x1)
    middle = (upper.y1 + part.box.y0) / 2
    slack = max(2.0, abs(gap) / 2 + 0.25 * part.box.height)
    return covered(rules.horizontal, middle, x0, x1, slack) < _DATA


def _parts(segment: Segment, row: TextRow, found: Sequence[Channel], rules: Rules) -> list[Part]:
    """A header segment as one spanning cell or as one cell a column."""
    split = split_at(segment, found)
    if len(split) > 1 and not _spans(segment, split, found):
        return [(column, column, part) for column, part in split]
    ruled = _ruled_columns(segment, row, found, rules)
    return [(*(ruled or (split[0][0], split[-1][0])), segment)]


def _ruled_columns(
    segment: Segment, row: TextRow, found: Sequence[Channel], rules: Rules
) -> tuple[int, int] | None:
    """The columns that a short rule right below the segment, and below it alone, goes over."""
    box = segment.box
    others = [other.box for other in row.segments if other is not segment]
    for rule in rules.horizontal:
        below = -0.35 * box.height <= rule.at - box.y1 <= 0.6 * box.height
        own = not any(rule.start < (o.x0 + o.x1) / 2 < rule.end for o in others)
        if below and own and rule.start <= box.x0 + 2 and rule.end >= box.x1 - 2:
            middles = [found[0].x0 - box.height, *((a.x1 + b.x0) / 2 for a, b in pairwise(found))]
            middles.append(found[-1].x1 + box.height)
            first = sum(middle < rule.start for middle in middles)
            last = sum(middle <= rule.end for middle in middles) - 1
            if 0 < first <= last and last - first < len(found):
                return first, last
    return None


def _spans(segment: Segment, split: Sequence[tuple[int, Segment]], found: Sequence[Channel]) -> bool:
    """Whether a segment over several columns is one cell: its words stand no wider at the channels."""
    gaps = [b.box.x0 - a.box.x1 for a, b in pairwise(segment.items)]
    at = [b.box.x0 - a.box.x1 for (_, a), (_, b) in pairwise(split)]
    if any(item.box.x0 < c.x0 and item.box.x1 > c.x1 for item in segment.items for c in found):
        return True
    inner = [gap for gap in gaps if gap not in at]
    usual = median(inner) if inner else 0.3 * segment.box.height
    return min(at) < 1.6 * usual


def _levels(stacks: list[Stack]) -> int:
    """Give each header cell its row, counted from the bottom; how many rows there are."""
    for stack in sorted(stacks, key=lambda s: -s.box.y0):
        below = [
            s.level
            for s in stacks
            if s is not stack and s.first <= stack.last and stack.first <= s.last and s.box.y0 > stack.box.y0
        ]
        stack.level = max(below, default=-1) + 1
    depth = max((s.level for s in stacks), default=-1) + 1
    for stack in stacks:
        stack.level = depth - 1 - stack.level
    return depth


def _place(stack: Stack, stacks: Sequence[Stack]) -> Place:
    """The place of a header cell, which reaches up to the cell above it or to the top."""
    above = [
        s.level for s in stacks if s.level < stack.level and s.first <= stack.last and stack.first <= s.last
    ]
    top = max(above, default=-1) + 1
    return Place(top, stack.first, stack.level - top + 1, stack.last - stack.first + 1)


def bands(rows: Sequence[TextRow], found: Sequence[Channel], rules: Rules, box: Box) -> list[list[TextRow]]:
    """Text rows that make one table row: between rules where most rows have them, else by their wording."""
    lines = [y for y in wide_rules(rules, box) if rows and rows[0].box.y0 < y < rows[-1].box.y1]
    if len(lines) > 1 and len(lines) + 1 >= _RULED * len(rows):
        joined = _bands(rows, lambda band, row: not _parted(band[-1], row, lines))
        large = [band for band in joined if len(band) > 1]
        if 2 * sum(sum(is_data(row, found) for row in band) > 1 for band in large) <= len(large):
            return joined
    return _bands(rows, lambda band, row: _wraps(band, row, found))


def _bands(
    rows: Sequence[TextRow], goes_on: Callable[[Sequence[TextRow], TextRow], bool]
) -> list[list[TextRow]]:
    joined: list[list[TextRow]] = []
    for row in rows:
        if joined and goes_on(joined[-1], row):
            joined[-1].append(row)
        else:
            joined.append([row])
    return joined


def _parted(above: TextRow, row: TextRow, lines: Sequence[float]) -> bool:
    return any(above.box.y0 < y < (row.box.y0 + row.box.y1) / 2 for y in lines)


def _wraps(band: Sequence[TextRow], row: TextRow, found: Sequence[Channel]) -> bool:
    """Whether the row goes on with the cells above: a label without figures that begins small."""
    above = band[-1]
    gap = row.box.y0 - above.box.y1
    height = median(item.box.height for item in row.items)
    if gap > 0.6 * height:
        return False
    columns = {column_of(item, found) for item in row.items}
    if columns == {0}:
        begins = row.items[0].word.text[:1]
        return begins.islower() or (begins == "(" and len(band[0].segments) == 1)
    before = {column_of(item, found) for item in above.items}
    if 0 not in columns and not is_data(row, found):
        return bool(columns & before)
    lone = before == {0} and len(band) == 1
    full = above.box.x1 > found[0].x0 - 3 * height
    return lone and full and row.items[0].box.x0 > above.items[0].box.x0 + 0.3 * height


def _body_cells(band: Sequence[TextRow], number: int, found: Sequence[Channel]) -> list[GridCell]:
    parts: dict[int, list[Segment]] = {}
    for row in band:
        for segment in row.segments:
            crossing = _crosses(segment, found)
            split = [(column_of(segment.items[0], found), segment)] if crossing else split_at(segment, found)
            for column, part in split:
                parts.setdefault(column, []).append(part)
    return [GridCell(Place(number, column), tuple(rows)) for column, rows in sorted(parts.items())]


def _crosses(segment: Segment, found: Sequence[Channel]) -> bool:
    """Whether a word of the segment stands in a channel: it is a heading over the columns."""
    return any(item.box.x0 < c.x0 and item.box.x1 > c.x1 for item in segment.items for c in found)
