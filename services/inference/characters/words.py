"""Words: what stands between white space, and each character of a script that is written without it."""

from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Codes, Ints, Kinds
from services.inference.boundaries.characters import BLANKS, Kind, flags

LETTERS = (Kind.LOWER, Kind.UPPER, Kind.LETTER, Kind.IDEOGRAPH, Kind.DIGIT)

_OPENERS = (Kind.OPENING, Kind.QUOTE, Kind.APOSTROPHE)
_BEGINNERS = (Kind.LOWER, Kind.UPPER, Kind.LETTER, Kind.DIGIT, Kind.OPENING)
_CR, _LF = 13, 10


class Words(NamedTuple):
    """Columns of n words."""

    start: Ints
    end: Ints
    newlines: Ints
    """Line ends in the gap after the word (CR LF is one)."""


def words_of(codes: Codes, kinds: Kinds) -> Words:
    """The words of a text."""
    blank = flags(*BLANKS)[kinds]
    edges = np.flatnonzero(np.diff(blank, prepend=True, append=True)).astype(np.int32)
    splits = _splits(kinds, blank)
    start, end = edges[::2], edges[1::2]
    if splits.size:
        start, end = np.sort(np.concatenate([start, splits])), np.sort(np.concatenate([end, splits]))
    return Words(start, end, _newlines(codes, kinds, start, end))


def _splits(kinds: Kinds, blank: Bools) -> Ints:
    """Before a character of an unspaced script, and before what begins after one."""
    unspaced = flags(Kind.IDEOGRAPH, Kind.FULL_STOP)[kinds]
    if not unspaced.any():
        return np.zeros(0, np.int32)
    before, here = slice(None, -1), slice(1, None)
    ideograph = (kinds[here] == Kind.IDEOGRAPH) & ~flags(*_OPENERS)[kinds[before]]
    other = unspaced[before] & flags(*_BEGINNERS)[kinds[here]]
    return np.flatnonzero((ideograph | other) & ~blank[before] & ~blank[here]).astype(np.int32) + 1


def _newlines(codes: Codes, kinds: Kinds, start: Ints, end: Ints) -> Ints:
    is_line_end = kinds == Kind.NEWLINE
    is_line_end[:-1] &= ~((codes[:-1] == _CR) & (codes[1:] == _LF))
    sums = np.zeros(kinds.size + 1, np.int32)
    np.cumsum(is_line_end, out=sums[1:])
    found: Ints = sums[np.append(start[1:], np.int32(kinds.size))] - sums[end]
    return found
