"""Whether what counts something has its neighbours: 2. after 1., (b) before (c)."""

from functools import cache

import numpy as np

from services.inference.boundaries.arrays import Bools, Bytes, Ints
from services.inference.boundaries.index import Index
from services.inference.boundaries.shapes import AT_LINE_BEGIN, Enumerator
from services.inference.boundaries.tokens import Tokens, hashes_of

COUNTS, FOLLOWS, LEADS, FIRST = 1, 2, 4, 8
"""Bits: has a number; the one before it was seen; the one after it comes; it is the first."""

_MOST = 999
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_ROMAN = 39
_REACH = 3
"""Neighbours looked at: lists stand in lists."""
_BARE = len(Enumerator)
"""A number alone at the beginning of a line, which is no Enumerator."""
_NUMBERS = (Enumerator.NUMBER_IN_BRACKETS, Enumerator.NUMBER_BRACKET, Enumerator.NUMBER_DOT)
_NAMED = (Enumerator.LETTER_IN_BRACKETS, Enumerator.LETTER_BRACKET, Enumerator.LETTER_DOT)


def sequences_of(tokens: Tokens, enumerators: Bytes) -> Bytes:
    """The bits of each token."""
    kinds = (enumerators % AT_LINE_BEGIN).astype(np.uint8)
    bare = (tokens.newlines > 0) & (tokens.digits == tokens.end - tokens.start)
    kinds[bare & (kinds == 0)] = _BARE
    found = np.zeros(kinds.size, np.uint8)
    for styles, tables in (((*_NUMBERS, _BARE), ("numbers",)), (_NAMED, ("letters", "romans"))):
        for style in styles:
            at = np.flatnonzero(kinds == style)
            for table in tables if at.size else ():
                found[at] |= _bits(_numerals(table).find(tokens.word[at]))
    return found


def _bits(values: Ints) -> Bytes:
    """Of one kind of enumerator, in order; those without a value are 0."""
    follows, leads = np.zeros(values.size, np.bool_), np.zeros(values.size, np.bool_)
    for step in range(1, min(_REACH, values.size - 1) + 1):
        meets: Bools = (values[step:] == values[:-step] + 1) & (values[:-step] > 0)
        follows[step:] |= meets
        leads[:-step] |= meets
    known = values > 0
    bits = known * COUNTS + follows * FOLLOWS + leads * LEADS + (values == 1) * FIRST
    return np.asarray(bits, np.uint8)


@cache
def _numerals(table: str) -> Index:
    """Finds the values of numerals."""
    if table == "letters":
        return Index(hashes_of(_LETTERS))
    numeral, most = (str, _MOST) if table == "numbers" else (_roman, _MOST_ROMAN)
    return Index(hashes_of([numeral(value) for value in range(1, most + 1)]))


def _roman(value: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        text += letters * count
    return text
