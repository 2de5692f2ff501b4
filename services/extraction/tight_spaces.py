"""Words of lines that are set so tightly that MuPDF takes their spaces for none."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

MupdfWord = tuple[float, float, float, float, str, int, int, int]

_LONG = re.compile(r"(?=[^\W\d_]*?[a-z])(?:[^\W\d_]|[.,;:()'’‑-]){20,}")
_LEAST_SPACE = 0.1
_ALIKE = 1.35
_LEAST_SPACES = 2
_SHORTEST_MEAN, _LONGEST_MEAN = 2.5, 12.0


class _Glyph(NamedTuple):
    char: str
    x0: float
    x1: float
    size: float


def respaced(words: list[MupdfWord], blocks: Callable[[], Sequence[dict[str, Any]]]) -> list[MupdfWord]:
    """The words; where one is as long as several, lines are cut at gaps that are wide and alike.

    `blocks` gives MuPDF's tree with single characters, which takes time and is seldom needed. Only upright
    lines are looked at.
    """
    tight = {word[5:7] for word in words if _LONG.search(word[4])}
    if not tight:
        return words
    glyphs = [glyph for glyph in _glyphs(blocks()) if not glyph.char.isspace()]
    if "".join(glyph.char for glyph in glyphs) != "".join("".join(word[4].split()) for word in words):
        return words
    found: list[MupdfWord] = []
    position = 0
    line: list[tuple[MupdfWord, list[_Glyph]]] = []
    for number, word in enumerate(words):
        length = len("".join(word[4].split()))
        line.append((word, glyphs[position : position + length]))
        position += length
        if number + 1 == len(words) or words[number + 1][5:7] != word[5:7]:
            found += _cut(line) if word[5:7] in tight else [own for own, _ in line]
            line = []
    return found


def _glyphs(blocks: Sequence[dict[str, Any]]) -> Iterator[_Glyph]:
    for block in blocks:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for char in span["chars"]:
                    x0, _, x1, _ = char["bbox"]
                    yield _Glyph(char["c"], x0, x1, span["size"])


def _cut(line: Sequence[tuple[MupdfWord, list[_Glyph]]]) -> list[MupdfWord]:
    """The words of one line, cut at its spaces if these are all about as wide."""
    gaps = [gap for _, glyphs in line for gap in _gaps(glyphs) if gap >= _LEAST_SPACE]
    letters = sum(len(glyphs) for _, glyphs in line)
    mean = letters / (len(gaps) + len(line))
    if len(gaps) < _LEAST_SPACES or max(gaps) > _ALIKE * min(gaps):
        return [word for word, _ in line]
    if not _SHORTEST_MEAN <= mean <= _LONGEST_MEAN:
        return [word for word, _ in line]
    return [part for word, glyphs in line for part in _parts(word, glyphs)]


def _gaps(glyphs: Sequence[_Glyph]) -> list[float]:
    """The space before each glyph but the first, in its sizes."""
    return [(b.x0 - a.x1) / b.size if b.size > 0 else 0.0 for a, b in pairwise(glyphs)]


def _parts(word: MupdfWord, glyphs: Sequence[_Glyph]) -> Iterator[MupdfWord]:
    starts = [0, *(n for n, gap in enumerate(_gaps(glyphs), 1) if gap >= _LEAST_SPACE), len(glyphs)]
    if len(starts) == 2:  # noqa: PLR2004  the whole word
        yield word
        return
    for start, stop in pairwise(starts):
        own = glyphs[start:stop]
        text = "".join(glyph.char for glyph in own)
        yield (own[0].x0, word[1], own[-1].x1, word[3], text, *word[5:])
