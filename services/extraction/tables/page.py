"""The tables of a page, and its lines with one line in the place of each table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.document import BlockKind
from models.geometry import Box, bounds
from services.extraction.frames import Placed, as_read, flat, mirrored, placed
from services.extraction.pictures import is_inside
from services.extraction.raw import RawBlock, RawCell, RawLine, RawPage, RawWord, Row
from services.extraction.tables.find import framed, grids
from services.extraction.tables.rules import rules_of
from services.extraction.tables.values import Grid, Item, Segment

_FEWEST_RULES = 6
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Tabled:
    """The page with every table as one line that holds all of its words, and those lines' blocks."""

    page: RawPage
    tables: Mapping[int, RawBlock]

    def block(self, line: RawLine) -> RawBlock | None:
        """The table that the line stands for."""
        return self.tables.get(id(line))


def with_tables(page: RawPage) -> Tabled:
    """Look for tables where lines stand side by side. Every word of the page stays in exactly one line."""
    lines: list[RawLine] = []
    tables: dict[int, RawBlock] = {}
    for frame in placed(page.lines):
        found = _grids(page, frame)
        owner = {
            id(item.word): grid
            for grid in found
            for cell in grid.cells
            for segment in cell.rows
            for item in segment.items
        }
        stands: dict[int, RawLine] = {}
        for item in frame if found else ():
            for grid in found:
                if id(grid) not in stands and any(owner.get(id(word)) is grid for word in item.line.words):
                    stands[id(grid)] = _line(grid, item.line)
                    tables[id(stands[id(grid)])] = _block(page.number, grid, item.line)
                    lines.append(stands[id(grid)])
            lines += _rest(item.line, owner)
        if not found:
            lines += [item.line for item in frame]
    return Tabled(replace(page, lines=tuple(lines)) if tables else page, tables)


def without_tabular(page: RawPage) -> RawPage:
    """The page without figures that are ruled tables, and without the part of a figure that is one."""
    if not page.figures or not page.lines or len(page.rules) < _FEWEST_RULES:
        return page
    main = placed(page.lines)[0]
    figures = tuple(figure for figure in page.figures if not _is_tabular(page, main, figure))
    if figures and main[0].line.turn == 0:
        tables = _framed(page, main, page.rules)
        figures = tuple(_beside(figure, tables) for figure in figures)
    return replace(page, figures=figures)


def _is_tabular(page: RawPage, frame: Sequence[Placed], figure: Box) -> bool:
    own = [box for box in page.rules if is_inside(box, figure)]
    large = _MOSTLY * figure.width * figure.height
    return any(box.width * box.height >= large for box in _framed(page, frame, own))


def _framed(page: RawPage, frame: Sequence[Placed], drawn: Sequence[Box]) -> list[Box]:
    """The boxes of ruled tables in the frame that the drawn boxes make."""
    turn = frame[0].line.turn
    rules = rules_of([flat(box, turn) for box in drawn], flat(Box(0, 0, page.width, page.height), turn))
    items = [Item(word, flat(word.box, turn)) for item in frame for word in item.line.words]
    return list(framed(rules, items)) if len(drawn) >= _FEWEST_RULES else []


def _beside(figure: Box, tables: Sequence[Box]) -> Box:
    """What of the figure is above or below a table that it reaches into."""
    for x0, y0, x1, y1 in tables:
        if min(figure.x1, x1) - max(figure.x0, x0) < _MOSTLY * min(figure.width, x1 - x0):
            continue
        if y0 < figure.y0 < y1 < figure.y1:
            figure = figure._replace(y0=y1)
        elif figure.y0 < y0 < figure.y1 < y1:
            figure = figure._replace(y1=y0)
    return figure


def _grids(page: RawPage, frame: Sequence[Placed]) -> list[Grid]:
    """The tables of a frame; those of a script that runs leftward begin on the right."""
    if not _may_have_tables(frame):
        return []
    lines = as_read(frame)
    is_leftward = lines[0].box != frame[0].box

    def seen(box: Box) -> Box:
        laid = flat(box, frame[0].line.turn)
        return mirrored(laid) if is_leftward else laid

    rules = rules_of([seen(box) for box in page.rules], seen(Box(0, 0, page.width, page.height)))
    items = [Item(word, seen(word.box), item.line.style.bold) for item in lines for word in item.line.words]
    return grids(lines, rules, items)


def _may_have_tables(frame: Sequence[Placed]) -> bool:
    """Whether lines stand side by side, or one has a gap as wide as between cells, at two places or more."""
    rows = sorted(frame, key=lambda item: item.box.y0 + item.box.y1)
    beside = sum(
        min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > 0.5 * min(a.box.height, b.box.height)
        for a, b in pairwise(rows)
    )
    return beside > 1 or any(_has_gap(item) for item in frame)


def _has_gap(item: Placed) -> bool:
    words = item.line.words
    return item.line.turn == 0 and any(
        b.box.x0 - a.box.x1 > 1.5 * item.box.height for a, b in pairwise(words)
    )


def _rest(line: RawLine, owner: Mapping[int, Grid]) -> list[RawLine]:
    left = tuple(word for word in line.words if id(word) not in owner)
    if len(left) == len(line.words):
        return [line]
    return [replace(line, words=left, box=bounds([word.box for word in left]), runs=())] if left else []


def _line(grid: Grid, first: RawLine) -> RawLine:
    words = [item.word for cell in grid.cells for segment in cell.rows for item in segment.items]
    return RawLine(tuple(words), bounds([word.box for word in words]), first.style, first.turn)


def _block(page: int, grid: Grid, first: RawLine) -> RawBlock:
    rows: list[Row] = []
    cells: list[RawCell] = []
    for cell in grid.cells:
        cells.append(RawCell(*cell.place, cell.is_header, len(cell.rows)))
        rows += [(_row(segment, first),) for segment in cell.rows]
    return RawBlock(page, tuple(rows), BlockKind.TABLE, cells=tuple(cells))


def _row(segment: Segment, first: RawLine) -> RawLine:
    words: tuple[RawWord, ...] = tuple(item.word for item in segment.items)
    style = first.style._replace(bold=segment.items[0].bold)
    return RawLine(words, bounds([word.box for word in words]), style, first.turn)
