"""Title and heading levels: from the outline where there is one, else from how a block is set."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import mode

from models.document import BlockKind
from models.geometry import Box, bounds
from services.extraction.enumerators import is_bullet, is_enumerated, number_depth
from services.extraction.raw import OutlineEntry, RawBlock, Style

_LARGER = 1.08
_SMALLER = 0.9
_SMALL_CAPITALS = 0.7
_LONGEST = 160
_LONGEST_SENTENCE = 120
_MOST_ROWS = 3
_DEEPEST = 6
_CENTRED = 0.8
_NOISE = 0.5
_WORDS = re.compile(r"[^\W_]+")

Look = tuple[float, bool, bool]
"""Size, bold, capitals: headings of one level share it."""


def mark_headings(blocks: Sequence[RawBlock], outline: Sequence[OutlineEntry]) -> list[RawBlock]:
    """The same blocks, those that are a title or heading marked and given a level from 1 to 6."""
    body = body_style(blocks)
    found = _from_outline(blocks, outline)
    title = _title(blocks, body)
    columns = _columns(blocks)
    candidates = [
        i
        for i, block in enumerate(blocks)
        if i != title and (i in found or _stands_out(block, body) or _is_centred_capitals(block, columns))
    ]
    levels = _levels(blocks, candidates, found)
    marked = [
        replace(block, kind=BlockKind.HEADING, level=levels[i]) if i in levels else block
        for i, block in enumerate(blocks)
    ]
    if title is not None:
        marked[title] = replace(blocks[title], kind=BlockKind.TITLE)
    return marked


def body_style(blocks: Sequence[RawBlock]) -> Style:
    """The look of most characters."""
    counts: Counter[Style] = Counter()
    for block in blocks:
        for line in block.lines:
            counts[line.style] += sum(len(word.text) for word in line.words)
    return counts.most_common(1)[0][0] if counts else Style(0.0)


def _title(blocks: Sequence[RawBlock], body: Style) -> int | None:
    """The block of the largest type on the upper half of the first page, when larger than all the body."""
    first = [i for i, block in enumerate(blocks) if block.page == 1][:12]
    short = [i for i in first if _is_short(blocks[i], rows=5) and blocks[i].style.size > 1.15 * body.size]
    if not short:
        return None
    return max(short, key=lambda i: (blocks[i].style.size, -i))


def _stands_out(block: RawBlock, body: Style) -> bool:
    style = block.style
    if not _is_short(block, rows=_MOST_ROWS) or is_bullet(block.text):
        return False
    if style.size >= _LARGER * body.size:
        return True
    text = block.text
    small_capitals = style.size >= _SMALL_CAPITALS * body.size and _is_capitals(text) and is_enumerated(text)
    if _runs_on(text) or (style.size < _SMALLER * body.size and not small_capitals):
        return False
    if style.bold and not body.bold:
        return not text.endswith(".") or len(text) <= _LONGEST_SENTENCE
    return not text.endswith(".") and _is_capitals(text) and len(text) > 3  # noqa: PLR2004


def _columns(blocks: Sequence[RawBlock]) -> dict[int, list[Box]]:
    """Where the running text of each page stands: the boxes of its blocks of three rows and more."""
    found: dict[int, list[Box]] = defaultdict(list)
    for block in blocks:
        if len(block.rows) >= _MOST_ROWS:
            found[block.page].append(bounds([line.box for line in block.lines]))
    return found


def _is_centred_capitals(block: RawBlock, columns: Mapping[int, list[Box]]) -> bool:
    """Small capitals in the middle of a column, as reports set their headings."""
    if not _is_short(block, rows=2) or not _is_capitals(block.text) or _runs_on(block.text):
        return False
    box = bounds([line.box for line in block.lines])
    return any(
        abs(box.x0 + box.x1 - column.x0 - column.x1) < box.height and box.width < _CENTRED * column.width
        for column in columns.get(block.page, ())
    )


def _is_short(block: RawBlock, *, rows: int) -> bool:
    text = block.text
    one_look = len({line.style.size for line in block.lines}) == 1
    one_line_rows = all(len(row) <= 2 for row in block.rows)  # noqa: PLR2004  a number and its title
    letters = sum(map(str.isalpha, text))
    return (
        len(block.rows) <= rows
        and block.rows[0][0].turn == 0
        and len(text) <= _LONGEST
        and one_look
        and one_line_rows
        and letters >= max(2, 0.4 * len(text.replace(" ", "")))
    )


def _runs_on(text: str) -> bool:
    """What goes on below, or is a field to fill in, is no heading."""
    return text.endswith((",", ";", ":")) or "__" in text or ". . ." in text or "....." in text


def _is_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and all(char.isupper() for char in letters)


def _from_outline(blocks: Sequence[RawBlock], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """Level by block number for the blocks whose words an outline entry of that page has."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for i, block in enumerate(blocks):
        if _is_short(block, rows=_MOST_ROWS + 2):
            by_page[block.page].append(i)
    found: dict[int, int] = {}
    for entry in outline:
        wanted = _key(entry.title)
        for i in by_page[entry.page] + by_page[entry.page + 1]:
            if i not in found and wanted and _same_title(wanted, _key(blocks[i].text)):
                found[i] = min(entry.level, _DEEPEST)
                break
    return found


def _key(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _same_title(wanted: str, text: str) -> bool:
    """Equal, or equal but for the number that one of them leaves out."""
    if wanted == text:
        return True
    shorter, longer = sorted((wanted, text), key=len)
    rest = longer.removesuffix(shorter)
    return len(shorter) > 3 and len(rest) <= 8 and rest != longer and not rest.isalpha()  # noqa: PLR2004


def _levels(
    blocks: Sequence[RawBlock], candidates: Sequence[int], outline: Mapping[int, int]
) -> dict[int, int]:
    """Outline levels first; a look takes the level its outlined blocks have, other looks their rank."""
    by_look: dict[Look, list[int]] = defaultdict(list)
    for i in candidates:
        by_look[_look(blocks[i])].append(i)
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
            levels[i] = min(outline.get(i) or depth or ranks[look], _DEEPEST)
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


def _look(block: RawBlock) -> Look:
    return (block.style.size, block.style.bold, _is_capitals(block.text))


def _is_numbered(blocks: Sequence[RawBlock], candidates: Sequence[int]) -> bool:
    """Whether decimal numbers are the document's way to show depth."""
    depths = [number_depth(blocks[i].text) for i in candidates]
    return sum(depth > 0 for depth in depths) >= max(3, 0.5 * len(depths)) and max(depths, default=0) > 1
