"""Footnotes at the foot of a page, and notes below a heading that says so: found, and cut from each other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.line_parts import is_mixed
from services.extraction.raw import RawBlock, RawPage, Row, Run, Style

_SIGN = re.compile(r"(?:[*†‡§¶#]{1,3}|[⁰¹²³⁴-⁹]{1,3})(?=\S|\s|$)")
_NUMBER = re.compile(r"\[?(?P<number>\d{1,3}|[a-z])[\].)]?(?=\s|$|[A-Z“\"(])")
_SMALLER = 0.95
_LOWER_PART = 0.5
_LONGEST_MARK = 3
_MARK_SIZE = 0.85


def mark_footnotes(blocks: Sequence[RawBlock], pages: Sequence[RawPage], body: Style) -> list[RawBlock]:
    """The same rows; each note that begins with a raised number or a sign is a block of its own.

    A note is smaller than the running text and stands in the lower half of its page.
    """
    heights = {page.number: page.height for page in pages}
    return [part for block in blocks for part in _parts(block, heights, body)]


def _parts(block: RawBlock, heights: Mapping[int, float], body: Style) -> Iterator[RawBlock]:
    small = block.lines[-1].style.size <= _SMALLER * body.size
    low = block.lines[0].box.y0 > _LOWER_PART * heights.get(block.page, 0.0)
    if block.kind is not BlockKind.PARAGRAPH or not small or not low or block.continues:
        yield block
        return
    starts = [n for n, row in enumerate(block.rows) if mark_of(row)]
    if not starts:
        yield block
        return
    if starts[0]:
        yield replace(block, rows=block.rows[: starts[0]])
    for start, stop in zip(starts, [*starts[1:], len(block.rows)], strict=True):
        yield replace(block, rows=block.rows[start:stop], kind=BlockKind.FOOTNOTE)


def mark_of(row: Row) -> str:
    """The mark that the row begins with as footnotes do: a raised number or letter, or a sign; else empty."""
    line = row[0]
    text = line.words[0].text
    if sign := _SIGN.match(text):
        return sign[0] if len(line.words) > 1 or len(text) > len(sign[0]) else ""
    if is_mixed(line) and _is_mark(line.runs[0], line.style):
        return text[: line.runs[0].letters]
    if len(row) > 1 and line.style.size < _SMALLER * row[1].style.size:
        number = _NUMBER.fullmatch(line.text)
        return number["number"] if number else ""
    return ""


def _is_mark(run: Run, style: Style) -> bool:
    """Few characters, raised, or at least well smaller than the line."""
    return run.letters <= _LONGEST_MARK and (run.raised or run.style.size < _MARK_SIZE * style.size)
