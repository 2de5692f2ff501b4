"""What the network sees of a word: three hashes of its characters, and what surrounds them."""

from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Codes, Column, Hashes, Ints, Kinds
from services.inference.boundaries.characters import Kind, codes_of, flags, kinds_of
from services.inference.boundaries.tokens import hashes
from services.inference.characters.gaps import GAPS, SLACKS, gaps_of, slacks_of
from services.inference.characters.words import LETTERS, Words, words_of

WORD_BITS, AFFIX_BITS = 15, 12
HASHED = (1 << WORD_BITS, 1 << AFFIX_BITS, 1 << AFFIX_BITS)
"""Rows for whole words, beginnings and ends of words."""
_KINDS = len(Kind)
_CASES, _LENGTHS, _INNER = 12, 10, 8
SHAPED = (_KINDS, _KINDS, _KINDS, _KINDS, _CASES, _LENGTHS, GAPS, SLACKS, _INNER)
"""Rows for the classes of characters at the edges, and for the other shapes."""
COLUMNS = len(HASHED) + len(SHAPED)

_AFFIX = 3
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_FIELD_BITS = 21
_FIELD = (1 << _FIELD_BITS) - 1
_ZERO = 48


class _Cores(NamedTuple):
    """Of each word: the first and last letter or digit, and where these lie among all of them."""

    first: Ints
    last: Ints
    begin: Ints
    end: Ints


def seen_of(text: str) -> tuple[Words, Ints]:
    """The words of a text of fewer than 2**21 code points, and [words, COLUMNS] rows of the two tables."""
    codes = codes_of(text)
    kinds = kinds_of(codes)
    words = words_of(codes, kinds)
    return words, rows_of(codes, kinds, words)


def rows_of(codes: Codes, kinds: Kinds, words: Words) -> Ints:
    """[words, COLUMNS]: rows of the table of hashes, then of the table of shapes."""
    letters = flags(*LETTERS)[kinds]
    cores = _cores(letters, words)
    hashed = _hashed(codes[letters], kinds[letters], cores)
    shaped = _shaped(kinds, words, cores)
    return np.stack([*_offset(hashed, HASHED), *_offset(shaped, SHAPED)], axis=1)


def _offset(columns: tuple[Column, ...], sizes: tuple[int, ...]) -> list[Ints]:
    firsts = np.cumsum((0, *sizes[:-1]))
    return [(column + first).astype(np.int32) for column, first in zip(columns, firsts, strict=True)]


def _cores(letters: Bools, words: Words) -> _Cores:
    sums = np.zeros(letters.size + 1, np.int32)
    np.cumsum(letters, out=sums[1:])
    begin, end = sums[words.start], sums[words.end]
    places = np.append(np.flatnonzero(letters), 0).astype(np.int32)
    has = end > begin
    first = np.where(has, places[begin], words.start)
    last = np.where(has, places[np.maximum(end - 1, 0)], words.start)
    return _Cores(first, last, begin, end)


def _hashed(letters: Codes, kinds: Kinds, cores: _Cores) -> tuple[Column, ...]:
    """A number is told by how many digits it has, and by its first and last ones."""
    begin, end = cores.begin, cores.end
    plain = np.where(kinds == Kind.DIGIT, np.uint32(_ZERO), letters).astype(np.uint32)
    return (
        _bucket(hashes(plain, begin, end), WORD_BITS),
        _bucket(hashes(letters, begin, np.minimum(begin + _AFFIX, end)), AFFIX_BITS),
        _bucket(hashes(letters, np.maximum(end - _AFFIX, begin), end), AFFIX_BITS),
    )


def _bucket(found: Hashes, bits: int) -> Ints:
    bucket: Ints = ((found * _MIXER) >> np.uint64(64 - bits)).astype(np.int32)
    return bucket


def _shaped(kinds: Kinds, words: Words, cores: _Cores) -> tuple[Column, ...]:
    sums = np.zeros((3, kinds.size + 1), np.int32)
    for row, kind in zip(sums, (Kind.UPPER, Kind.LOWER, Kind.DIGIT), strict=True):
        np.cumsum(kinds == kind, out=row[1:])
    upper, lower, digits = sums[:, words.end] - sums[:, words.start]
    return (
        kinds[words.start],
        kinds[cores.first],
        kinds[np.maximum(words.end - 2, words.start)],
        kinds[words.end - 1],
        np.minimum(upper, 2) * 4 + (lower > 0) * 2 + (digits > 0),
        np.minimum(cores.end - cores.begin, _LENGTHS - 1),
        gaps_of(words, kinds.size),
        slacks_of(words),
        _inner(kinds, cores),
    )


def _inner(kinds: Kinds, cores: _Cores) -> Column:
    """Which marks stand between the letters: periods 1, dashes and apostrophes 2, others 4."""
    weights = np.zeros(_KINDS, np.int64)
    weights[~flags(*LETTERS)] = 1 << (2 * _FIELD_BITS)
    weights[[Kind.DASH, Kind.APOSTROPHE]] = 1 << _FIELD_BITS
    weights[Kind.PERIOD] = 1
    sums = np.zeros(kinds.size + 1, np.int64)
    np.cumsum(weights[kinds], out=sums[1:])
    inside = sums[cores.last] - sums[cores.first]
    period, dash = inside & _FIELD, (inside >> _FIELD_BITS) & _FIELD
    found: Column = (period > 0) + (dash > 0) * 2 + ((inside >> (2 * _FIELD_BITS)) > 0) * 4
    return found
