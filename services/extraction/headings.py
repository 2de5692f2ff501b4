"""Title and headings: found by outline, contents, number and look, their levels given for all together."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from models.document import BlockKind
from models.geometry import Box
from services.extraction.heading_levels import Traits, levels
from services.extraction.heading_looks import (
    body_style,
    columns_of,
    is_capitals,
    is_centred_capitals,
    is_numbered_title,
    is_short,
    stands_out,
)
from services.extraction.line_parts import wording
from services.extraction.matter import contents_of, is_named_matter, is_outer_matter
from services.extraction.numbering import label_length, readings, resolved
from services.extraction.outline import listed, outlined
from services.extraction.raw import OutlineEntry, RawBlock, Style
from services.extraction.run_in import with_run_ins
from services.extraction.structure_tree import tagged_depths
from services.extraction.titles import below_title, title_of

_NEAR = 2.0


def mark_headings(
    given: Sequence[RawBlock], outline: Sequence[OutlineEntry], named: str = ""
) -> list[RawBlock]:
    """The same blocks, those that are a title or heading marked and given a level from 1 to 6.

    Headings that a paragraph runs on from become blocks of their own; a label that stands alone
    (`ARTICLE IV`) and the name below it become one. `named` is the title that the metadata gives.
    """
    blocks = with_run_ins(given)
    body = body_style(blocks)
    depths = tagged_depths(blocks) or outlined(blocks, outline)
    found = _candidates(blocks, depths, body)
    columns = columns_of(blocks)
    title = title_of(blocks, found, columns, body, named)
    beside = below_title(blocks, title, body) | ({title} if title is not None else set())
    chosen = [i for i in found if i not in beside or (i in depths and i != title)]
    given_levels = dict(zip(chosen, levels(_traits(blocks, chosen, depths, body)), strict=True))
    marked = [_marked(block, given_levels.get(i, 0), is_title=i == title) for i, block in enumerate(blocks)]
    return list(_joined(marked))


def _candidates(blocks: Sequence[RawBlock], depths: Mapping[int, int], body: Style) -> list[int]:
    contents = contents_of(blocks)
    columns = columns_of(blocks)
    listed_blocks = listed(blocks, contents.titles)
    return [
        i
        for i, (block, below) in enumerate(zip_longest(blocks, blocks[1:]))
        if block.kind is BlockKind.HEADING
        or i in depths
        or (
            i not in contents.blocks
            and (i in listed_blocks or _is_heading(block, body, columns) or is_numbered_title(block, below))
        )
    ]


def _is_heading(block: RawBlock, body: Style, columns: Mapping[int, list[Box]]) -> bool:
    named = is_short(block, rows=1) and is_named_matter(block.text) and not block.style.fixed
    return named or stands_out(block, body) or is_centred_capitals(block, columns)


def _traits(
    blocks: Sequence[RawBlock], chosen: Sequence[int], depths: Mapping[int, int], body: Style
) -> list[Traits]:
    """Small capitals and small bold count as large as the body; of two readings the sequence chooses."""
    numbers = resolved([readings(blocks[i].text) for i in chosen])
    outer = Counter(_name(blocks[i]) for i in chosen if is_outer_matter(_name(blocks[i])))
    return [
        Traits(
            max(blocks[i].style.size, body.size),
            blocks[i].style.bold,
            blocks[i].style.italic,
            is_capitals(blocks[i].text),
            blocks[i].kind is BlockKind.HEADING,
            number,
            depths.get(i, 0),
            outer[_name(blocks[i])] == 1,
        )
        for i, number in zip(chosen, numbers, strict=True)
    ]


def _name(block: RawBlock) -> str:
    return block.text[label_length(block.text) :].strip().casefold()


def _marked(block: RawBlock, level: int, *, is_title: bool) -> RawBlock:
    if is_title:
        return replace(block, kind=BlockKind.TITLE, title=_wording(block))
    if level:
        return replace(block, kind=BlockKind.HEADING, level=level, title=_wording(block))
    return block


def _wording(block: RawBlock) -> str:
    """Its wording where that is not its text: small capitals in small letters, no dash at the end."""
    text = " ".join(wording(line) for line in block.lines)
    return "" if text == block.text else text


def _joined(blocks: Sequence[RawBlock]) -> Iterator[RawBlock]:
    """A label alone and the unnumbered heading right below it are one heading, as deep as the label."""
    last: RawBlock | None = None
    for block in blocks:
        if last is not None and _names(last, block):
            title = f"{last.title or last.text} {block.title or block.text}"
            last = replace(
                last, rows=last.rows + block.rows, title=title if last.title or block.title else ""
            )
            continue
        if last is not None:
            yield last
        last = block
    if last is not None:
        yield last


def _names(label: RawBlock, block: RawBlock) -> bool:
    kinds = {label.kind, block.kind} == {BlockKind.HEADING}
    if not kinds or label.page != block.page or label_length(label.text) < len(label.text.rstrip(".:")):
        return False
    above, below = label.rows[-1][0].box, block.rows[0][0].box
    near = 0 <= below.y0 - above.y0 < _NEAR * max(above.height, below.height)
    return near and not readings(block.text) and block.level >= label.level
