"""Texts that stand beside each other without being columns or cells: each is read by itself."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import mean

from models.geometry import Box
from services.extraction.enumerators import is_bullet, is_enumerated
from services.extraction.frames import Placed, around
from services.extraction.reading_order import Flow, FlowRow, rows

_WIDE = 2.5
_NEAR = 2.2
_WORDS = 3.5
_NUMBER = re.compile(r"[\divxlcIVXLC.-]+|\(?[A-Z]?\.?\d{1,3}(?:\.\d{1,3})*[a-z]?\)?")
_LEADER = re.compile(r"[.…_·]{3,}|(?:\. ){3,}")
_FEWEST = 2
_MOST = 12


def apart(flow: Flow, *, seen: bool = False) -> Iterator[Flow]:
    """The flow in parts, in reading order, each of which has nothing far beside it.

    `seen`: the lines were read from a picture, so that their order tells nothing.
    """
    main: Flow = []
    beside: list[Flow] = []
    for row in flow:
        parts = _parts(row)
        homes = [[home for home in beside if _follows(home[-1], part)] for part in parts]
        if beside and len(beside) <= _MOST and _goes_on(homes):
            for part, home in zip(parts, homes, strict=True):
                if home:
                    home[0].append(part)
                else:
                    beside.append([part])
            continue
        yield from _as_read(beside, seen=seen)
        beside = []
        if len(parts) == 1:
            main.append(row)
            continue
        above = _above(main, parts)
        yield from [main] if main else []
        main, beside = [], [[*own, part] for own, part in zip(above, parts, strict=True)]
    yield from _as_read(beside, seen=seen)
    yield from [main] if main else []


def _goes_on(homes: Sequence[Sequence[Flow]]) -> bool:
    """Whether each part of a row goes on with one text at most; beside labels nothing begins."""
    found = [home[0] for home in homes if home]
    one_each = all(len(home) <= 1 for home in homes) and len({id(home) for home in found}) == len(found)
    return bool(found) and one_each and (len(found) == len(homes) or all(map(_is_text, found)))


def _parts(row: FlowRow) -> list[FlowRow]:
    """The row cut where it has a wide gap; numbers and bullets stay with what they number."""
    parts: list[list[Placed]] = [[row[0]]]
    for left, right in pairwise(row):
        height = max(left.box.height, right.box.height)
        alone = len(parts[-1]) == 1
        if right.box.x0 - left.box.x1 > _WIDE * height and not _belong(left, right, alone=alone):
            parts.append([right])
        else:
            parts[-1].append(right)
    return [tuple(part) for part in parts] if len(parts) <= _MOST else [row]


def _belong(left: Placed, right: Placed, *, alone: bool) -> bool:
    """A number or bullet `alone` and its text, a line and the number at its end, dots between them, code."""
    before, after = left.line.text, right.line.text
    label = _NUMBER.fullmatch(before) or is_bullet(before) or (is_enumerated(before) and " " not in before)
    leads = _LEADER.search(before[-8:]) or _LEADER.match(after)
    return bool((alone and label) or leads or _NUMBER.fullmatch(after) or left.line.style.fixed)


def _follows(above: FlowRow, part: FlowRow) -> bool:
    """Whether it stands right below."""
    a, b = around(above), around(part)
    return _over(a, b) and b.y0 - a.y1 < _NEAR * min(a.height, b.height)


def _over(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0)


def _above(main: Flow, parts: Sequence[FlowRow]) -> list[Flow]:
    """For each part the last rows above that lead to it alone; they are taken out of `main`."""
    own: list[Flow] = [[] for _ in parts]
    while main:
        heads = [rows[0] if rows else part for rows, part in zip(own, parts, strict=True)]
        homes = [n for n, head in enumerate(heads) if _over(around(main[-1]), around(head))]
        if len(homes) != 1 or not _follows(main[-1], heads[homes[0]]) or _is_wide(main[-1], parts):
            break
        own[homes[0]].insert(0, main.pop())
    return own


def _is_wide(row: FlowRow, parts: Sequence[FlowRow]) -> bool:
    """Whether it reaches over more than one part."""
    return sum(_over(around(row), around(part)) for part in parts) > 1


def _as_read(beside: Sequence[Flow], *, seen: bool) -> Iterator[Flow]:
    """One text after the other where they are texts; row by row where they are names and values."""
    if not beside:
        return
    if _one_by_one(beside, seen=seen):
        yield from beside
        return
    homes = {item.rank: n for n, own in enumerate(beside) for row in own for item in row}
    placed = [item for own in beside for row in own for item in row]
    of_home = partial(groupby, key=lambda item: homes[item.rank])
    parts = [(home, tuple(items)) for row in rows(placed) for home, items in of_home(row)]
    for _, own in groupby(parts, key=itemgetter(0)):
        yield [part for _, part in own]


def _one_by_one(beside: Sequence[Flow], *, seen: bool) -> bool:
    """Whether the file writes them one after the other; or all that have several rows are running text."""
    if seen:  # several texts; a line alone belongs to the row it is in
        several = [rows for rows in beside if len(rows) >= _FEWEST]
        return len(several) >= _FEWEST and all(map(_is_text, several))
    ranks = [(item.rank, n) for n, rows in enumerate(beside) for row in rows for item in row]
    return sum(a[1] != b[1] for a, b in pairwise(sorted(ranks))) < len(beside)


def _is_text(rows: Flow) -> bool:
    return mean(sum(len(item.line.words) for item in row) for row in rows) >= _WORDS
