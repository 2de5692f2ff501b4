"""The looks of tokens: letters and cases, and whether one counts something."""

from enum import IntEnum

import numpy as np

from services.inference.boundaries.arrays import Bools, Bytes
from services.inference.boundaries.characters import Kind, flags
from services.inference.boundaries.tokens import Tokens

AT_LINE_BEGIN = 10
"""Added to the enumerator of a token that begins a line."""

_LONGEST_LETTERS, _LONGEST_NUMBER, _LONGEST_DOTTED = 4, 3, 2


class Shape(IntEnum):
    """What the core of a token looks like."""

    EMPTY = 0
    LOWER = 1
    CAPITAL = 2
    UPPER = 3
    LETTER = 4
    """One capital alone."""
    NUMBER = 5
    CODE = 6
    """Digits and letters."""
    MIXED = 7
    CASELESS = 8
    INITIALS = 9
    """U.S"""
    OTHER = 10


class Enumerator(IntEnum):
    """How a token counts."""

    NONE = 0
    LETTER_IN_BRACKETS = 1
    LETTER_BRACKET = 2
    LETTER_DOT = 3
    NUMBER_IN_BRACKETS = 4
    NUMBER_BRACKET = 5
    NUMBER_DOT = 6
    DOTTED_NUMBER = 7
    MARK = 8
    """A bullet or a dash alone."""


def shapes_of(tokens: Tokens) -> Bytes:
    """The Shape of each token; later rules win."""
    length = tokens.core_end - tokens.core_start
    lower, upper, digits = tokens.lower, tokens.upper, tokens.digits
    letters = lower + upper
    capital = tokens.lead == Kind.UPPER
    rules = (
        (Shape.LOWER, (lower > 0) & (upper == 0)),
        (Shape.CASELESS, flags(Kind.LETTER, Kind.IDEOGRAPH)[tokens.lead]),
        (Shape.CAPITAL, capital & (lower > 0)),
        (Shape.MIXED, (lower > 0) & (upper > 0) & (~capital | (upper > 1))),
        (Shape.UPPER, (upper > 1) & (lower == 0)),
        (Shape.INITIALS, (upper >= 1) & (lower == 0) & (length == 2 * letters - 1) & (length > 1)),
        (Shape.LETTER, (upper == 1) & (length == 1)),
        (Shape.NUMBER, (digits > 0) & (letters == 0)),
        (Shape.CODE, (digits > 0) & (letters > 0)),
        (Shape.EMPTY, length == 0),
    )
    return _last_of(rules, Shape.OTHER, length.size)


def enumerators_of(tokens: Tokens, shapes: Bytes) -> Bytes:
    """The Enumerator of each token, plus AT_LINE_BEGIN there; later rules win."""
    opened, closed = tokens.opened > 0, tokens.closed > 0
    length = tokens.core_end - tokens.core_start
    one_case = (tokens.lower + tokens.upper == length) & (tokens.lower * tokens.upper == 0)
    letter = one_case & (length <= _LONGEST_LETTERS)
    number = (tokens.digits == length) & (length <= _LONGEST_NUMBER) & (length > 0)
    dotted = (tokens.tail == Kind.PERIOD) & (tokens.stops == 1) & ~opened
    bare = ~opened & closed & (tokens.stops == 0)
    alone = tokens.end - tokens.start == 1
    rules = (
        (Enumerator.LETTER_IN_BRACKETS, letter & opened & closed),
        (Enumerator.LETTER_BRACKET, letter & bare),
        (Enumerator.LETTER_DOT, letter & dotted & (length <= _LONGEST_DOTTED)),
        (Enumerator.NUMBER_IN_BRACKETS, number & opened & closed),
        (Enumerator.NUMBER_BRACKET, number & bare),
        (Enumerator.NUMBER_DOT, number & dotted),
        (Enumerator.DOTTED_NUMBER, (shapes == Shape.NUMBER) & (tokens.digits < length)),
        (Enumerator.MARK, flags(Kind.BULLET, Kind.DASH)[tokens.lead] & alone),
    )
    found = _last_of(rules, Enumerator.NONE, length.size)
    found[(tokens.newlines > 0) & (found > 0)] += AT_LINE_BEGIN
    return found


def _last_of(rules: tuple[tuple[IntEnum, Bools], ...], other: IntEnum, size: int) -> Bytes:
    found = np.full(size, other, np.uint8)
    for value, holds in rules:
        found[holds] = value
    return found
