"""Tables that go on overleaf: their parts are one table, the header on top of later parts is taken out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from models.document import BlockKind, Drop, DropReason
from models.geometry import Box, bounds
from services.extraction.captions import is_caption
from services.extraction.frames import flat
from services.extraction.raw import RawBlock, RawCell, RawLine
from services.extraction.tables.columns import is_number

_CONTINUED = re.compile(r"\b(?:cont(?:inue[ds]?|inuing|[’']?d|\.)|suite|fortsetzung)(?!\w)", re.IGNORECASE)
_LABEL = re.compile(r"^\W*(?:\w+\.?\s+)?[\dIVXLC]+(?:[.-]\d+)*[a-z]?\b", re.IGNORECASE)
_LONGEST_NOTE = 120
_MOST_HEADER_ROWS = 10
_SLACK = 3.0
_MOSTLY = 0.5

Interval = tuple[float, float]


class _Head(NamedTuple):
    """The first part of the table that may go on, and the number in its caption."""

    block: RawBlock | None
    label: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The blocks, parts of a table marked, and the repeated headers that are in none of them any more."""

    blocks: tuple[RawBlock, ...]
    drops: tuple[Drop, ...]


def joined_tables(blocks: Sequence[RawBlock]) -> Joined:
    """Put a table at the top of a page to the one at the end of the page before, where it goes on with it."""
    found: list[RawBlock] = []
    drops: list[Drop] = []
    head = _Head(None, "")
    for block in blocks:
        place = _last_table(found) if block.cells else None
        repeated = 0
        if head.block is not None and place is not None:
            repeated = _repeated_rows(head.block, block)
            between = found[place + 1 :]
            if _goes_on(found[place], between, block, head.label) and (
                repeated or _is_body(found[place], block)
            ):
                drops += _drops(block, repeated)
                found.append(_onward(block, repeated, _rows(found[place])))
                continue
        if block.cells:
            head = _Head(block, _label_above(found, block))
        found.append(block)
    return Joined(tuple(found), tuple(drops))


def _last_table(blocks: Sequence[RawBlock]) -> int | None:
    return next((n for n in range(len(blocks) - 1, -1, -1) if blocks[n].cells), None)


def _goes_on(part: RawBlock, between: Sequence[RawBlock], block: RawBlock, label: str) -> bool:
    """Whether it has as many columns and nothing but notes and its own caption stands between."""
    return (
        block.page == part.page + 1
        and block.rows[0][0].turn == part.rows[0][0].turn
        and _columns(block) == _columns(part) > 1
        and all(other.kind is BlockKind.FOOTNOTE or _says_so(other, block.page, label) for other in between)
    )


def _says_so(block: RawBlock, page: int, label: str) -> bool:
    """Whether it says that a table goes on: in a few words, or by the number of that table."""
    if len(block.text) <= _LONGEST_NOTE and _CONTINUED.search(block.text):
        return True
    return block.page == page and is_caption(block.text) and _label(block.text) == label


def _label_above(blocks: Sequence[RawBlock], table: RawBlock) -> str:
    above = blocks[-1] if blocks and blocks[-1].page == table.page else None
    return _label(above.text) if above is not None and is_caption(above.text) else ""


def _label(text: str) -> str:
    match = _LABEL.match(text)
    return match[0].casefold() if match else ""


def _repeated_rows(head: RawBlock, block: RawBlock) -> int:
    """How many rows at the top of the block say what the header of the table says; 0 for none."""
    header = sorted(_wording(text) for cell, text in _texts(head) if cell.is_header)
    if not header:
        header = sorted(_wording(text) for cell, text in _texts(head) if cell.row == 0)
        if any(is_number(text) for text in header):
            return 0
    cells = [(cell, _wording(text)) for cell, text in _texts(block)]
    for count in range(1, min(_MOST_HEADER_ROWS, _rows(block) - 1) + 1):
        top = [cell for cell, _ in cells if cell.row < count]
        if sorted(text for cell, text in cells if cell.row < count) == header:
            return count if all(cell.row + cell.row_span <= count for cell in top) else 0
    return 0


def _is_body(part: RawBlock, block: RawBlock) -> bool:
    """Whether its columns stand where the table's do, and its first row is like the rows of the table."""
    above, below = _intervals(part), _intervals(block)
    for column, (x0, x1) in below.items():
        shared = {n: min(x1, b) - max(x0, a) for n, (a, b) in above.items()}
        own = shared.get(column, 0.0)
        if own < -_SLACK or own < max(shared.values()):
            return False
    first = [text for cell, text in _texts(block) if cell.row == 0]
    return len(first) > 1 and _figures(first) >= _MOSTLY * _figures(_body(block)) and not _stands_out(block)


def _stands_out(block: RawBlock) -> bool:
    """Whether the first row is bold and the others are not."""
    bold: dict[bool, list[bool]] = {True: [], False: []}
    for cell, lines in _lines(block):
        bold[cell.row == 0] += [line.style.bold for line in lines]
    return all(bold[True]) and not all(bold[False])


def _figures(texts: Sequence[str]) -> float:
    """The share of the texts that are figures."""
    return sum(is_number(text) for text in texts) / len(texts) if texts else 0.0


def _body(block: RawBlock) -> list[str]:
    return [text for cell, text in _texts(block) if cell.row]


def _wording(text: str) -> str:
    return " ".join(_CONTINUED.sub(" ", text).casefold().replace("()", " ").split())


def _lines(block: RawBlock) -> Iterator[tuple[RawCell, list[RawLine]]]:
    """The cells with their lines."""
    rows = iter(block.rows)
    for cell in block.cells:
        yield cell, [line for row in islice(rows, cell.height) for line in row]


def _texts(block: RawBlock) -> list[tuple[RawCell, str]]:
    return [(cell, " ".join(line.text for line in lines)) for cell, lines in _lines(block)]


def _rows(block: RawBlock) -> int:
    return max(cell.row + cell.row_span for cell in block.cells)


def _columns(block: RawBlock) -> int:
    return max(cell.column + cell.column_span for cell in block.cells)


def _intervals(block: RawBlock) -> dict[int, Interval]:
    """From where to where the cells of each column reach, in the frame in which text runs right."""
    found: dict[int, Interval] = {}
    for cell, lines in _lines(block):
        if cell.column_span == 1:
            box = bounds([flat(line.box, line.turn) for line in lines])
            x0, x1 = found.get(cell.column, (box.x0, box.x1))
            found[cell.column] = min(x0, box.x0), max(x1, box.x1)
    return found


def _drops(block: RawBlock, count: int) -> Iterator[Drop]:
    """The cells of the rows that are taken out."""
    for cell, lines in _lines(block):
        if cell.row < count:
            box: Box = bounds([line.box for line in lines])
            text = " ".join(line.text for line in lines)
            yield Drop(DropReason.REPEATED_TABLE_HEADER, text, block.page, box)


def _onward(block: RawBlock, count: int, above: int) -> RawBlock:
    """The block without its first rows; rows count on from those of the part above it."""
    cells: list[RawCell] = []
    rows = []
    for cell, lines in _lines(block):
        if cell.row >= count:
            cells.append(cell._replace(row=cell.row - count + above, is_header=False))
            rows += [(line,) for line in lines]
    return replace(block, cells=tuple(cells), rows=tuple(rows), goes_on=True)
