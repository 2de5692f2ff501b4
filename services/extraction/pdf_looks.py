"""How MuPDF's text spans look: size, weight, slant, fixed pitch, symbols, and what stands above the line."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from services.extraction.accents import composed
from services.extraction.raw import Run, Style

_ITALIC = 1 << 1
_FIXED = 1 << 3
_BOLD = 1 << 4
_BOLD_NAMES = ("bold", "black", "heavy", "demi", "medi", "cmbx", "cmssbx", "sfbx")
_FIXED_NAMES = (
    "courier",
    "mono",
    "consol",
    "typewriter",
    "cmtt",
    "sftt",
    "menlo",
    "inconsolata",
    "sourcecode",
)
_ITALIC_NAME = re.compile(
    r"italic|(?-i:Ital)|obliq|slant|kursiv|cm(?:b?x?ti|sl)|sf(?:ti|sl)|(?-i:[a-z]I[Tt]|-(?:It|I|BI))$",
    re.IGNORECASE,
)
_MATH_NAME = re.compile(
    r"cm(?:mi|sy|ex|bsy|mib)\d*$|ms[ab]m\d*$|eu[fs][mb]\d*$|rsfs|math|symbol|[tp]x(?:mi|sy|ex)|mt(?:mi|sy|ex)"
)
_MOSTLY = 0.85
_RAISED = 0.1
_SMALLER = 0.9


class _Piece(NamedTuple):
    letters: int
    style: Style
    origin: float


def line_looks(spans: Sequence[dict[str, Any]], letters: int) -> tuple[Style, tuple[Run, ...]]:
    """The look of most of the line, and its runs of one look each when it has several.

    `letters` is how many characters other than white space the line's words have; where the spans do not
    have as many, which run a word belongs to cannot be told, and there are no runs.
    """
    pieces = [piece for span in spans if (piece := _piece(span)) is not None]
    style = _most(pieces)
    if sum(piece.letters for piece in pieces) != letters:
        return style, ()
    runs = _runs(pieces, style.size)
    several = len(runs) > 1 and any(run[1:] != (style, False, False) for run in runs)
    return style, runs if several else ()


def _piece(span: dict[str, Any]) -> _Piece | None:
    text = composed(span["text"])
    letters = len(text) - sum(map(str.isspace, text))
    if not letters:
        return None
    bold, italic, fixed, math = _face(span["font"], span["flags"])
    style = Style(round(span["size"] * 2) / 2, bold, italic, fixed, math)
    return _Piece(letters, style, span["origin"][1])


@cache
def _face(font: str, flags: int) -> tuple[bool, bool, bool, bool]:
    """Bold, italic, fixed pitch, symbols of formulas; by what the font says of itself or is called."""
    name = font.lower()
    return (
        bool(flags & _BOLD) or any(part in name for part in _BOLD_NAMES),
        bool(flags & _ITALIC) or _ITALIC_NAME.search(font) is not None,
        bool(flags & _FIXED) or any(part in name for part in _FIXED_NAMES),
        _MATH_NAME.search(name) is not None,
    )


def _most(pieces: Sequence[_Piece]) -> Style:
    """The size of most letters; what nearly all of them are."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.style.size] += piece.letters
    total = sizes.total()
    size = max(sizes, key=lambda size: (sizes[size], size), default=0.0)
    traits = (sum(p.letters for p in pieces if p.style[i]) >= _MOSTLY * total > 0 for i in range(1, 5))
    return Style(size, *traits)


def _runs(pieces: Sequence[_Piece], size: float) -> tuple[Run, ...]:
    """Neighbours of one look put together; raised and lowered is what is small with its origin elsewhere."""
    levels: Counter[float] = Counter()
    for piece in pieces:
        if piece.style.size == size:
            levels[piece.origin] += piece.letters
    base = max(levels, key=lambda level: (levels[level], level), default=0.0)

    def look(piece: _Piece) -> tuple[Style, bool, bool]:
        small = piece.style.size < _SMALLER * size
        lifted = small and piece.origin < base - _RAISED * size
        return piece.style, lifted, small and not lifted and piece.origin > base + _RAISED * size

    return tuple(Run(sum(piece.letters for piece in group), *own) for own, group in groupby(pieces, look))
