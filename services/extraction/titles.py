"""The title of a document, and the authors, dates and subtitles below it that are no headings."""

from collections.abc import Collection, Mapping, Sequence

from models.geometry import Box
from services.extraction.heading_looks import is_capitals, is_centred, is_short
from services.extraction.matter import is_named_matter
from services.extraction.numbering import readings
from services.extraction.raw import RawBlock, Style

_ROWS = 5
_WITHIN = 12
_LARGER = 1.15
_OFTEN = 2
_SHORTEST = 8


def title_of(
    blocks: Sequence[RawBlock],
    candidates: Collection[int],
    columns: Mapping[int, list[Box]],
    body: Style,
    named: str,
) -> int | None:
    """Number of the title's block, among the first of the first page; None when none stands out.

    It is in the largest type, when no other heading looks the same; or it is what the file's metadata
    calls it (`named`); or the first of all, centred, not numbered, with numbered headings to follow.
    """
    first = [i for i, block in enumerate(blocks) if block.page == 1][:_WITHIN]
    short = [i for i in first if is_short(blocks[i], rows=_ROWS)]
    large = [i for i in short if blocks[i].style.size > _LARGER * body.size]
    if large:
        largest = max(large, key=lambda i: (blocks[i].style.size, -i))
        alike = (i for i in candidates if _look(blocks[i]) == _look(blocks[largest]))
        if all(abs(i - largest) <= 1 for i in alike):
            return largest
    if len(named) >= _SHORTEST:
        for i in short:
            if _key(blocks[i].text) == _key(named):
                return i
    return _opening(blocks, [i for i in candidates if i in first], candidates, columns)


def below_title(blocks: Sequence[RawBlock], title: int | None, body: Style) -> set[int]:
    """Large plain type between the title and the running text: authors, dates, a subtitle."""
    below: set[int] = set()
    for i in range(len(blocks) if title is None else title + 1, len(blocks)):
        block = blocks[i]
        if block.page > 1 or (len(block.rows) > 1 and block.style.size <= body.size):
            break
        told = block.style.bold or readings(block.text) or is_capitals(block.text)
        if not told and not is_named_matter(block.text):
            below.add(i)
    return below


def _opening(
    blocks: Sequence[RawBlock],
    first: Sequence[int],
    candidates: Collection[int],
    columns: Mapping[int, list[Box]],
) -> int | None:
    """The first heading, when it is the only one like a title: centred, unnumbered, the others numbered."""
    opening = min(first, default=None)
    if opening is None or readings(blocks[opening].text) or is_named_matter(blocks[opening].text):
        return None
    numbered = sum(bool(readings(blocks[i].text)) for i in candidates)
    if numbered < _OFTEN or 2 * numbered < len(candidates) - 1:
        return None
    return opening if is_centred(blocks[opening], columns) else None


def _look(block: RawBlock) -> tuple[Style, bool]:
    return block.style, is_capitals(block.text)


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
