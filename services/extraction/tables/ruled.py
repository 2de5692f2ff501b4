"""The table of a lattice: its cells as they are ruled, or by white space where rules are missing."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import median

from models.geometry import bounds
from services.extraction.tables.columns import Channel, column_of
from services.extraction.tables.compacting import compacted
from services.extraction.tables.lattice import Area, Lattice, shared_out
from services.extraction.tables.rules import Rules, covered
from services.extraction.tables.structure import bands, is_data, structured
from services.extraction.tables.text_rows import text_rows
from services.extraction.tables.values import Grid, GridCell, Item, Place, TextRow, items_of, segment_of

_DRAWN = 0.5
_LOOSE_ROWS = 3
_FREE = 0.5

Contents = list[tuple[Area, list[TextRow]]]


def ruled(lattice: Lattice, items: Sequence[Item], rules: Rules) -> Grid | None:
    """None unless words stand in two columns and two rows at least."""
    own = shared_out(items, lattice)
    contents = _trimmed([(area, text_rows(words)) for area, words in own.items()], len(lattice.xs) - 1)
    if not contents:
        return None
    if _has_columns_together(contents):
        return _by_space(contents, lattice, rules)
    contents = _with_rows_apart(contents, lattice, rules)
    if min(len({area[0] for area, _ in contents}), len({area[1] for area, _ in contents})) < 2:  # noqa: PLR2004
        return None
    first = min(area[0] for area, _ in contents)
    header = max(bottom for (top, _, bottom, _), _ in contents if top == first)
    cells = [
        GridCell(
            Place(top, left, bottom - top, right - left),
            tuple(segment_of(row.items) for row in rows),
            top < header,
        )
        for (top, left, bottom, right), rows in contents
    ]
    return compacted(cells)


def _trimmed(contents: Contents, columns: int) -> Contents:
    """Without what stands over or under all columns: the frame's caption and notes."""

    def across(area: Area, rows: Sequence[TextRow]) -> bool:
        return area[1] == 0 and area[3] == columns and all(len(row.segments) == 1 for row in rows)

    first, last = 0, len(contents)
    while first < last and across(*contents[first]):
        first += 1
    while last > first and across(*contents[last - 1]):
        last -= 1
    return contents[first:last]


def _by_space(contents: Contents, lattice: Lattice, rules: Rules) -> Grid | None:
    """The table by its white space, and by the lines that are drawn between columns."""
    rows = text_rows([item for _, own in contents for row in own for item in row.items])
    box = bounds([row.box for row in rows])
    drawn = [
        x
        for x in lattice.xs[1:-1]
        if box.x0 < x < box.x1 and covered(rules.vertical, x, box.y0, box.y1) >= _DRAWN
    ]
    return structured(rows, rules, drawn)


def _has_columns_together(contents: Contents) -> bool:
    """Whether words stand apart in half of the lines of cells over the same columns, in three at least."""
    wide: dict[tuple[int, int], list[bool]] = {}
    for (_, left, _, right), own in contents:
        wide.setdefault((left, right), []).extend(len(row.segments) > 1 for row in own)
    return any(sum(rows) >= max(_LOOSE_ROWS, len(rows) / 2) for rows in wide.values())


def _with_rows_apart(contents: Contents, lattice: Lattice, rules: Rules) -> Contents:
    """The contents with a row of its own for each of those that stand in cells together."""
    apart: dict[int, list[list[TextRow]]] = {}
    for top in range(len(lattice.ys) - 1):
        own = [rows for (first, _, bottom, _), rows in contents if (first, bottom) == (top, top + 1)]
        apart[top] = _rows_apart([row for rows in own for row in rows], lattice, rules)
    if all(len(found) < 2 for found in apart.values()):  # noqa: PLR2004
        return contents
    starts = list(accumulate((max(1, len(found)) for found in apart.values()), initial=0))
    cells: Contents = []
    for (top, left, bottom, right), rows in contents:
        if bottom - top > 1 or len(apart[top]) < 2:  # noqa: PLR2004
            cells.append(((starts[top], left, starts[bottom], right), rows))
            continue
        for number, band in enumerate(apart[top], starts[top]):
            held = {id(item.word) for item in items_of(band)}
            words = [item for item in items_of(rows) if id(item.word) in held]
            if words:
                cells.append(((number, left, number + 1, right), text_rows(words)))
    return sorted(cells, key=lambda cell: cell[0])


def _rows_apart(own: Sequence[TextRow], lattice: Lattice, rules: Rules) -> list[list[TextRow]]:
    """The rows of one band of the lattice: lines of figures, or lines below free space; else none."""
    if not own:
        return []
    lines = text_rows([item for row in own for item in row.items])
    found = [Channel(x - 1, x + 1) for x in lattice.xs[1:-1]]
    data = sum(is_data(line, found) for line in lines)
    if data > 1 and 2 * data >= len(lines):
        return bands(lines, found, rules, bounds([line.box for line in lines]))
    return _spaced(lines, found)


def _spaced(lines: Sequence[TextRow], found: Sequence[Channel]) -> list[list[TextRow]]:
    """The lines in groups with free space between; later ones begin with a label and more beside it."""
    gaps = [below.box.y0 - above.box.y1 for above, below in pairwise(lines)]
    groups = [[lines[0]]]
    for gap, line in zip(gaps, lines[1:], strict=True):
        columns = {column_of(item, found) for item in line.items}
        height = median(item.box.height for item in line.items)
        wide = gap > _FREE * height and min(gaps) < gap / 2
        if wide and 0 in columns and len(columns) > 1:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups
