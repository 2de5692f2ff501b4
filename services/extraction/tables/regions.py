"""Regions of a page whose rows leave the same white space open: tables without a lattice."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from models.geometry import Box, bounds
from services.extraction.captions import is_caption
from services.extraction.tables.columns import channels
from services.extraction.tables.rules import Rule, Rules
from services.extraction.tables.values import TextRow

_PITCHES = 2.6
_HEADER_PITCHES = 2.2
_LONE_ROWS = 3
_CAPTION_ROWS = 3
_SPACE_PITCHES = 4.5
_MOST_HEADER_ROWS = 8
_WIDE_RULE = 0.75
_LEAST_GUTTER = 0.3

Gutter = tuple[float, float]


def regions(rows: Sequence[TextRow], rules: Rules) -> Iterator[list[TextRow]]:
    """Runs of rows that may be a table, header rows included, from top to bottom."""
    end = 0
    for begin, stop in _one_table(rows, list(_runs(rows, rules)), rules):
        least = max(end, _below_caption(rows, max(begin, end), stop, rules))
        start = max(begin, least)
        if start >= stop:
            continue
        first = _header_start(rows, start, stop, least, rules)
        if stop - first > 1:
            yield list(rows[first:stop])
            end = stop


def _one_table(
    rows: Sequence[TextRow], runs: Sequence[tuple[int, int]], rules: Rules
) -> list[tuple[int, int]]:
    """The runs; two with the same columns are one where little space and no wide rule is between them."""
    joined: list[tuple[int, int]] = []
    for start, stop in runs:
        if joined and _goes_on(rows, joined[-1], (start, stop), rules):
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined


def _goes_on(rows: Sequence[TextRow], above: tuple[int, int], below: tuple[int, int], rules: Rules) -> bool:
    between = rows[above[1] - 1 : below[0] + 1]
    if len(between) > _LONE_ROWS + 1 or any(_far(a, b, _SPACE_PITCHES) for a, b in pairwise(between)):
        return False
    upper, lower = channels(rows[slice(*above)]), channels(rows[slice(*below)])
    alike = len(upper) == len(lower) and all(
        min(a.x1, b.x1) > max(a.x0, b.x0) for a, b in zip(upper, lower, strict=True)
    )
    box = bounds([row.box for row in rows[above[0] : below[1]]])
    free = not any(between[0].box.y1 - 1 < y < between[-1].box.y0 + 1 for y in wide_rules(rules, box))
    return alike and len(upper) > 1 and free and not any(is_caption(_text(row)) for row in between)


def _below_caption(rows: Sequence[TextRow], start: int, stop: int, rules: Rules) -> int:
    """The first row below a caption, which may be of several lines down to the top rule; 0 without one."""
    near = range(max(0, start - _CAPTION_ROWS), min(stop, start + _CAPTION_ROWS))
    captions = [i for i in near if is_caption(_text(rows[i]))]
    if not captions or start >= stop:
        return 0
    below = captions[-1] + 1
    box = bounds([row.box for row in rows[start:stop]])
    for end in range(below, min(stop, below + _CAPTION_ROWS)):
        if any(rows[end - 1].box.y1 - 1 <= y <= rows[end].box.y0 + 1 for y in wide_rules(rules, box)):
            return end
    return below


def wide_rules(rules: Rules, box: Box) -> list[float]:
    """The y of horizontal rules that go over most of the width of the box, top to bottom."""
    return sorted(rule.at for rule in rules.horizontal if _is_wide(rule, box))


def _is_wide(rule: Rule, box: Box) -> bool:
    shared = min(rule.end, box.x1) - max(rule.start, box.x0)
    return shared >= _WIDE_RULE * box.width and rule.length <= 2 * box.width


def _runs(rows: Sequence[TextRow], rules: Rules) -> Iterator[tuple[int, int]]:
    """First and last row (exclusive) of rows with common gutters; lone segments may stand between them."""
    start: int | None = None
    last = 0
    gutters: list[Gutter] = []
    for index, row in enumerate(rows):
        many = len(row.segments) > 1
        above = rows[index - 1]
        far = start is not None and _far(
            above, row, _SPACE_PITCHES if _is_parted(above, row, rules) else _PITCHES
        )
        if start is not None and (far or index - last > _LONE_ROWS + (not many)):
            yield start, last + 1
            start = None
        if not many:
            continue
        kept = _common(gutters, row) if start is not None else _gaps(row)
        if start is not None and not kept:
            yield start, last + 1
            start, kept = None, _gaps(row)
        start = index if start is None else start
        gutters, last = kept, index
    if start is not None:
        yield start, last + 1


def _is_parted(above: TextRow, below: TextRow, rules: Rules) -> bool:
    """Whether a rule over both rows is between them."""
    x0, x1 = max(above.box.x0, below.box.x0), min(above.box.x1, below.box.x1)
    return any(
        above.box.y1 - 1 < rule.at < below.box.y0 + 1 and rule.start < x0 + 1 and rule.end > x1 - 1
        for rule in rules.horizontal
    )


def _far(above: TextRow, below: TextRow, pitches: float = _PITCHES) -> bool:
    height = median(item.box.height for item in (*above.items, *below.items))
    return below.box.y0 - above.box.y1 > (pitches - 1) * height


def _gaps(row: TextRow) -> list[Gutter]:
    return [(a.box.x1, b.box.x0) for a, b in pairwise(row.segments)]


def _common(gutters: Sequence[Gutter], row: TextRow) -> list[Gutter]:
    """What is left of the gutters in that row, and its own beside them; empty when none is shared."""
    left: list[Gutter] = []
    shared = False
    least = _LEAST_GUTTER * median(item.box.height for item in row.items)
    for x0, x1 in gutters:
        if x1 <= row.box.x0 or x0 >= row.box.x1:
            left.append((x0, x1))
            continue
        for a, b in _gaps(row):
            low, high = max(x0, a), min(x1, b)
            if high - low >= least:
                left.append((low, high))
                shared = True
    left += [(a, b) for a, b in _gaps(row) if not any(low < b and a < high for low, high in gutters)]
    return left if shared else []


def _header_start(rows: Sequence[TextRow], start: int, stop: int, least: int, rules: Rules) -> int:
    """Where the header begins: at the top rule, or above rows that stand over the columns only."""
    box = bounds([row.box for row in rows[start:stop]])
    top = _top_rule(rows, start, least, rules, box)
    first = start
    while first > max(least, start - _MOST_HEADER_ROWS):
        above, row = rows[first - 1], rows[first]
        if _far(above, row, _HEADER_PITCHES) or is_caption(_text(above)):
            break
        if top is not None and above.box.y1 < top + 1:
            break
        if top is None and not (len(above.segments) > 1 or above.box.x0 > row.segments[0].box.x1):
            break
        if above.box.x0 < box.x0 - row.box.height or above.box.x1 > box.x1 + 3 * row.box.height:
            break
        first -= 1
    return first


def _top_rule(rows: Sequence[TextRow], start: int, least: int, rules: Rules, box: Box) -> float | None:
    """The highest wide rule that is not above too many rows."""
    ceiling = rows[max(least, start - _MOST_HEADER_ROWS)].box.y0 - rows[start].box.height
    above = [y for y in wide_rules(rules, box) if ceiling <= y <= rows[start].box.y1]
    return above[0] if above else None


def _text(row: TextRow) -> str:
    return " ".join(segment.text for segment in row.segments)
