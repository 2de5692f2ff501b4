"""Glyphs to words: spaces where the network saw one or the ink leaves one, edges where the ink ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from services.inference.ocr_recognition import HEIGHT, Glyph, Line
from services.inference.pixels import Grey

_EDGE = 4
_DARK = 0.4
_PAPER, _INK = 80.0, 2.0
_CORE, _LOW, _HIGH = 0.4, 0.12, 0.25
_GAP, _WIDE = 0.15, 0.35
_WIDER = 2.0
_SLACK = 1.0
_OPENING, _CLOSING = "([{", ")]}.,;"

Columns = npt.NDArray[np.bool_]


class Piece(NamedTuple):
    """A word of a line, from column to column of its strip."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The words of a line and the rows of its strip between which there is ink."""

    words: tuple[Piece, ...]
    top: float
    bottom: float


def pieces(line: Line) -> Pieces:
    """The words in order; none when nothing was read."""
    ink = _ink(line.pixels)
    columns = np.asarray(ink[_EDGE : HEIGHT - _EDGE].any(axis=0))
    top, bottom = _rows(ink.sum(axis=1))
    return Pieces(tuple(_words(line.glyphs, columns)), float(top), float(bottom))


def _rows(counts: npt.NDArray[np.int_]) -> tuple[int, int]:
    """The rows of the line's own ink, by how much there is in each: lines above and below may reach in.

    Theirs is cut off by the edge of the strip, and there is a blank row between, or a low one where tails
    and heads touch. Dots and accents are cut off by nothing.
    """
    if not counts.any():
        return 0, HEIGHT
    middle = HEIGHT // 2
    return _edge(counts[middle::-1], middle + 1, -1), _edge(counts[middle:], middle, 1)


def _edge(counts: npt.NDArray[np.int_], start: int, step: int) -> int:
    """Where the own ink ends, outward from the middle."""
    core = int(_CORE * len(counts))
    inked = np.flatnonzero(counts)
    if len(inked) and inked[-1] == len(counts) - 1:
        blank = np.flatnonzero(counts[core:] == 0)
        if len(blank):
            inked = inked[inked < core + blank[-1]]
        else:
            inked = inked[inked <= core + _valley(counts[core:], counts[: core + 1].max())]
    return start + step * (int(inked[-1]) + 1 if len(inked) else 0)


def _valley(counts: npt.NDArray[np.int_], peak: int) -> int:
    """The lowest row before much ink comes at the end; the last row where none comes."""
    high = np.flatnonzero(counts > _LOW * peak)
    low = np.flatnonzero(counts <= _LOW * peak)
    last = int(low[low < high[-1]][-1]) if len(high) and (low < high[-1]).any() else -1
    if last < 0 or counts[last:].max() < _HIGH * peak:
        return len(counts) - 1
    above = high[high < last]
    first = int(above[-1]) + 1 if len(above) else 0
    return first + int(np.argmin(counts[first : last + 1]))


def _ink(pixels: Grey) -> npt.NDArray[np.bool_]:
    """Which pixels are nearer to the darkest than to the paper; of light text on dark, the light ones."""
    paper, dark = np.percentile(pixels, (_PAPER, _INK))
    light = np.percentile(pixels, 100 - _INK)
    if np.median(pixels) - dark < light - np.median(pixels):
        return np.asarray(pixels > dark + (light - dark) * (1 - _DARK))
    return np.asarray(pixels < paper - (paper - dark) * _DARK)


def _words(glyphs: Sequence[Glyph], columns: Columns) -> Iterator[Piece]:
    breaks = _breaks(glyphs, columns)
    start = _first(columns)
    word: list[Glyph] = []
    for i, glyph in enumerate(glyphs):
        if not glyph.char.isspace():
            word.append(glyph)
        if i in breaks and word:
            end, following = breaks[i]
            yield _piece(word, start, end)
            word, start = [], following
    if word:
        yield _piece(word, start, _last(columns))


def _piece(word: Sequence[Glyph], start: float, end: float) -> Piece:
    """The glyphs' middles are inside, whatever the ink says."""
    sure = sum(glyph.confidence for glyph in word) / len(word)
    text = "".join(glyph.char for glyph in word)
    return Piece(text, min(start, word[0].column - _SLACK), max(end, word[-1].column + _SLACK), sure)


def _breaks(glyphs: Sequence[Glyph], columns: Columns) -> dict[int, tuple[float, float]]:
    """After which glyphs a word ends: end of its ink, and start of the next word's."""
    seen = [i for i, glyph in enumerate(glyphs) if not glyph.char.isspace()]
    gaps = {i: _gap(columns, glyphs[i].column, glyphs[j].column) for i, j in pairwise(seen)}
    inner = [gap[1] - gap[0] for i, gap in gaps.items() if glyphs[i + 1].char.strip()]
    least = max(_GAP * HEIGHT, _WIDER * median(inner)) if inner else float(HEIGHT)
    return {
        i: gap
        for (i, gap), j in zip(gaps.items(), seen[1:], strict=True)
        if _parts(gap[1] - gap[0], least, (glyphs[i].char, glyphs[j].char), is_space=j > i + 1)
    }


def _parts(gap: float, least: float, beside: tuple[str, str], *, is_space: bool) -> bool:
    """Whether a word ends here: the network saw a space, or there is room for one and nothing against it.

    Digits are as wide as each other, so a 1 has more room around it than a letter.
    """
    if _may_part(*beside):
        room = max(least, _WIDE * HEIGHT) if all(map(str.isdigit, beside)) else least
        return is_space or gap > room
    return is_space and (gap > _WIDE * HEIGHT or not all(map(_is_spaced, beside)))


def _may_part(left: str, right: str) -> bool:
    """Whether a gap alone parts words: not beside a bracket or stop, nor in scripts without spaces."""
    return _is_spaced(left) and _is_spaced(right) and left not in _OPENING and right not in _CLOSING


def _is_spaced(char: str) -> bool:
    """Whether its script puts spaces between words."""
    return not "\u2e80" <= char <= "\ua4cf" and not "\uf900" <= char <= "\ufaff" and char < "\uff00"


def _gap(columns: Columns, left: float, right: float) -> tuple[float, float]:
    """The longest run of columns without ink between two middles; empty at the centre if there is none."""
    low, high = round(left), max(round(right), round(left) + 1)
    blank = np.flatnonzero(~columns[low:high])
    if not len(blank):
        return (left + right) / 2, (left + right) / 2
    runs = np.split(blank, np.flatnonzero(np.diff(blank) > 1) + 1)
    longest = max(runs, key=len)
    return float(low + longest[0]), float(low + longest[-1] + 1)


def _first(columns: Columns) -> float:
    return float(np.argmax(columns))


def _last(columns: Columns) -> float:
    return float(len(columns) - np.argmax(columns[::-1]))
