"""Where text without syntax may be cut: at line ends; a line that is too long, into small pieces."""

import re
from collections.abc import Iterator
from itertools import pairwise

import regex

from services.segmentation.code.parts import INSIDE_TOKEN, LINE, Fits, Part, at_depth
from services.segmentation.code.source import line_starts

GRAPHEME = regex.compile(r"\X")


def text_parts(text: str, part: Part, fits: Fits, grain: int) -> Iterator[Part]:
    """The lines of the part; of one that does not fit, pieces of at most `grain` code points. They tile it.

    A grapheme cluster is cut only where it alone is longer than that. All offsets are code points.
    """
    before, line = part.before, at_depth(LINE, part.depth)
    depth = part.depth
    for start, end in pairwise([*_lines(text, part), part.end]):
        ends = [end] if fits(start, end) else list(_pieces(text, start, end, grain))
        for piece_start, piece_end in pairwise([start, *ends]):
            yield Part(piece_start, piece_end, before, depth)
            before, depth = INSIDE_TOKEN, part.depth + 1
        before = line


def _lines(text: str, part: Part) -> list[int]:
    starts = line_starts(text[part.start : part.end])
    return [part.start + start for start in starts if part.start + start < part.end]


def _pieces(text: str, start: int, end: int, grain: int) -> Iterator[int]:
    """Where pieces end: after white space or a separator where there is one, never inside a cluster."""
    if text[start:end].isascii():
        body = start + len(text[start:end].rstrip("\r\n"))
        ends = [match.end() for match in _pattern(grain).finditer(text, start, body)]
        yield from (*ends[:-1], end)
        return
    last = start
    previous = start
    for match in GRAPHEME.finditer(text, start, end):
        if match.end() - last > grain and previous > last:
            yield previous
            last = previous
        previous = match.end()
    while end - last > grain:  # one cluster alone
        last += grain
        yield last
    yield end


def _pattern(grain: int) -> re.Pattern[str]:
    return re.compile(rf".{{1,{grain}}}(?<=[\s,;:|/&?>)}}\]])|.{{1,{grain}}}", re.DOTALL)
