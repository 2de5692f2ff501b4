"""Title and heading levels: from the outline where there is one, else from how a block is set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import mode

from models.document import BlockKind
from services.extraction.enumerators import number_depth
from services.extraction.heading_looks import (
    body_style,
    columns_of,
    is_capitals,
    is_centred_capitals,
    is_short,
    stands_out,
)
from services.extraction.outline import outlined
from services.extraction.raw import OutlineEntry, RawBlock, Style

_TITLE_ROWS = 5
_TITLE_WITHIN = 12
_TITLE_LARGER = 1.15
_DEEPEST = 6
_NOISE = 0.5

Look = tuple[float, bool, bool]
"""Size, bold, capitals: headings of one level share it."""


def mark_headings(blocks: Sequence[RawBlock], outline: Sequence[OutlineEntry]) -> list[RawBlock]:
    """The same blocks, those that are a title or heading marked and given a level from 1 to 6."""
    body = body_style(blocks)
    found = outlined(blocks, outline)
    title = _title(blocks, body)
    columns = columns_of(blocks)
    candidates = [
        i
        for i, block in enumerate(blocks)
        if i != title and (i in found or stands_out(block, body) or is_centred_capitals(block, columns))
    ]
    authors = _below_title(blocks, title, body)
    candidates = [i for i in candidates if i in found or i not in authors]
    levels = _levels(blocks, candidates, found, body=body)
    marked = [
        replace(block, kind=BlockKind.HEADING, level=levels[i]) if i in levels else block
        for i, block in enumerate(blocks)
    ]
    if title is not None:
        marked[title] = replace(blocks[title], kind=BlockKind.TITLE)
    return marked


def _title(blocks: Sequence[RawBlock], body: Style) -> int | None:
    """The block of the largest type among the first of the first page, when well larger than the body."""
    first = [i for i, block in enumerate(blocks) if block.page == 1][:_TITLE_WITHIN]
    least = _TITLE_LARGER * body.size
    short = [i for i in first if is_short(blocks[i], rows=_TITLE_ROWS) and blocks[i].style.size > least]
    if not short:
        return None
    return max(short, key=lambda i: (blocks[i].style.size, -i))


def _below_title(blocks: Sequence[RawBlock], title: int | None, body: Style) -> set[int]:
    """Large plain type between the title and the running text: authors, dates, a subtitle; no headings."""
    below: set[int] = set()
    for i in range(len(blocks) if title is None else title + 1, len(blocks)):
        block = blocks[i]
        if block.page > 1 or (len(block.rows) > 1 and block.style.size <= body.size):
            break
        if not block.style.bold and not number_depth(block.text) and not is_capitals(block.text):
            below.add(i)
    return below


def _levels(
    blocks: Sequence[RawBlock], candidates: Sequence[int], outline: Mapping[int, int], *, body: Style
) -> dict[int, int]:
    """Outline levels first; a look takes the level its outlined blocks have, other looks their rank."""
    by_look: dict[Look, list[int]] = defaultdict(list)
    for i in candidates:
        by_look[_look(blocks[i], body)].append(i)
    known = {
        look: mode(outline[i] for i in members if i in outline)
        for look, members in by_look.items()
        if any(i in outline for i in members)
    }
    ranks = _ranks(by_look, known)
    numbered = _is_numbered(blocks, candidates)
    levels = {}
    for look, members in by_look.items():
        for i in members:
            depth = number_depth(blocks[i].text) if numbered and not outline else 0
            levels[i] = min(outline.get(i, depth) or ranks[look], _DEEPEST)
    return levels


def _ranks(looks: Mapping[Look, list[int]], known: Mapping[Look, int]) -> dict[Look, int]:
    ranks: dict[Look, int] = {}
    rank = 0
    for look in sorted(looks, key=lambda look: (-look[0], not look[1], not look[2])):
        rank = known.get(look, rank if ranks and _alike(look, ranks) else rank + 1)
        ranks[look] = rank
    return ranks


def _alike(look: Look, ranks: Mapping[Look, int]) -> bool:
    *_, last = ranks
    return look[1:] == last[1:] and abs(look[0] - last[0]) <= _NOISE


def _look(block: RawBlock, body: Style) -> Look:
    """Small capitals and small bold count as large as the body."""
    return (max(block.style.size, body.size), block.style.bold, is_capitals(block.text))


def _is_numbered(blocks: Sequence[RawBlock], candidates: Sequence[int]) -> bool:
    """Whether decimal numbers are the document's way to show depth."""
    depths = [number_depth(blocks[i].text) for i in candidates]
    return sum(depth > 0 for depth in depths) >= max(3, 0.5 * len(depths)) and max(depths, default=0) > 1
