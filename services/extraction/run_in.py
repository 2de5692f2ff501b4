"""Run-in headings: set apart by their look at the start of a paragraph that goes on in the same line."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from models.document import BlockKind
from services.extraction.enumerators import is_bullet
from services.extraction.line_parts import cut, is_mixed, word_styles
from services.extraction.matter import is_outer_matter
from services.extraction.numbering import label_length, readings
from services.extraction.raw import RawBlock, RawLine, Style

_LONGEST = 90
_OFTEN = 3
_ENDS = (".", ":", "—", "–", ".—", ".–")
_FULL_ENDS = (".", "—", "–")
_LETTERS = re.compile(r"[^\W\d_]{3,}")


class _Lead(NamedTuple):
    """How many words of the block's first row stand out, how they look, and what they say."""

    words: int
    style: Style
    text: str


def with_run_ins(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, run-in headings cut off as headings of level 0, to be given one later."""
    leads = [_lead(block) for block in blocks]
    wordings: Counter[Style] = Counter()
    for style, _ in {(lead.style, lead.text) for lead in leads if lead and _is_unnumbered(lead.text)}:
        wordings[style] += 1
    return [
        part
        for block, lead in zip(blocks, leads, strict=True)
        for part in (_split(block, lead.words) if lead and _is_heading(lead, wordings) else (block,))
    ]


def _lead(block: RawBlock) -> _Lead | None:
    """The bold or slanted words at the start, when they end like a heading and plain ones follow."""
    row = block.rows[0]
    if block.kind is not BlockKind.PARAGRAPH or block.continues or row[0].turn or is_bullet(block.text):
        return None
    if not any(map(is_mixed, row)) and len({line.style for line in row}) == 1:
        return None
    words = [word.text for line in row for word in line.words]
    styles = [style for line in row for style in word_styles(line)]
    count, style = _standing_out(words, styles)
    text = " ".join(words[:count])
    if not 0 < count < len(words) or len(text) > _LONGEST or not _LETTERS.search(text):
        return None
    name = text[label_length(text) :].lstrip()
    if name[:1].islower():
        return None
    return _Lead(count, style, text) if text.endswith(_ENDS) or is_outer_matter(text) else None


def _standing_out(words: Sequence[str], styles: Sequence[Style]) -> tuple[int, Style]:
    """How many words are bold or slanted before plainer ones; a number in front may look as it likes."""
    first = _after_label(words)
    if first >= len(words):
        return 0, styles[0]
    style = styles[first]
    count = first
    while count < len(words) and _traits(styles[count]) == _traits(style):
        count += 1
    if count == len(words) or not _is_plainer(styles[count], style):
        return 0, style
    return count, style


def _traits(style: Style) -> tuple[bool, bool]:
    return style.bold, style.italic


def _is_plainer(style: Style, than: Style) -> bool:
    return (than.bold and not style.bold) or (than.italic and not style.italic and than.bold == style.bold)


def _after_label(words: Sequence[str]) -> int:
    """How many words the number in front takes."""
    length = label_length(" ".join(words[:4]))
    count = 0
    while length > 0 and count < len(words):
        length -= len(words[count]) + 1
        count += 1
    return count


def _is_unnumbered(text: str) -> bool:
    return not readings(text)


def _is_heading(lead: _Lead, wordings: Counter[Style]) -> bool:
    """A number or a known name, or one of several wordings with full stops that look the same."""
    if is_outer_matter(lead.text) or not _is_unnumbered(lead.text):
        return True
    return lead.style.bold and lead.text.endswith(_FULL_ENDS) and wordings[lead.style] >= _OFTEN


def _split(block: RawBlock, count: int) -> Iterator[RawBlock]:
    before: list[RawLine] = []
    after: list[RawLine] = []
    for line in block.rows[0]:
        here = min(count, len(line.words))
        count -= here
        if here == len(line.words):
            before.append(line)
        elif not here:
            after.append(line)
        else:
            first, second = cut(line, here)
            before.append(first)
            after.append(second)
    yield replace(block, rows=(tuple(before),), kind=BlockKind.HEADING, level=0)
    yield replace(block, rows=(tuple(after), *block.rows[1:]))
