"""Code points and their classes, as arrays."""

import unicodedata
from enum import IntEnum
from functools import cache

import numpy as np

from services.inference.boundaries.arrays import Bools, Codes, Kinds


class Kind(IntEnum):
    """What a character is to a reader who looks for the ends of sentences."""

    OTHER = 0
    SPACE = 1
    NEWLINE = 2
    LOWER = 3
    UPPER = 4
    LETTER = 5
    """Of a script without cases."""
    IDEOGRAPH = 6
    """Or kana: written without spaces."""
    DIGIT = 7
    PERIOD = 8
    BANG = 9
    """Also question marks."""
    FULL_STOP = 10
    """Of a script without spaces; nothing has to follow it."""
    ELLIPSIS = 11
    SEMICOLON = 12
    COLON = 13
    COMMA = 14
    OPENING = 15
    CLOSING = 16
    QUOTE = 17
    """Straight: opens and closes."""
    APOSTROPHE = 18
    DASH = 19
    BULLET = 20
    SECTION = 21
    SYMBOL = 22
    NOTE = 23
    """Raised digits and daggers."""


BLANKS = (Kind.SPACE, Kind.NEWLINE)

_BMP = 1 << 16
_NAMED = {
    Kind.NEWLINE: "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029",
    Kind.PERIOD: ".",
    Kind.BANG: "!?\u203c\u203d\u2047\u2048\u2049\u061f\u0964\u0965\u06d4\u0589",
    Kind.FULL_STOP: "\u3002\uff61\uff01\uff1f\uff0e",
    Kind.ELLIPSIS: "\u2026\u22ef",
    Kind.SEMICOLON: ";\uff1b\u061b",
    Kind.COLON: ":\uff1a",
    Kind.COMMA: ",\uff0c\u3001\u060c",
    Kind.OPENING: "\u00ab\u201c\u2018\u201e\u201a\u2039",
    Kind.CLOSING: "\u00bb\u201d\u203a",
    Kind.QUOTE: '"',
    Kind.APOSTROPHE: "'\u2019`\u00b4",
    Kind.DASH: "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    Kind.BULLET: "*\u2022\u00b7\u2023\u2043\u25aa\u25cf\u25e6\u25a0\u25a1\uf0b7",
    Kind.SECTION: "\u00a7\u00b6",
    Kind.NOTE: "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u2020\u2021",
}
_CATEGORIES = {
    "Ll": Kind.LOWER, "Lu": Kind.UPPER, "Lt": Kind.UPPER, "Lo": Kind.LETTER, "Lm": Kind.LETTER,
    "Mn": Kind.LOWER, "Mc": Kind.LOWER, "Nd": Kind.DIGIT, "Nl": Kind.DIGIT, "No": Kind.DIGIT,
    "Ps": Kind.OPENING, "Pe": Kind.CLOSING, "Pi": Kind.OPENING, "Pf": Kind.CLOSING, "Pd": Kind.DASH,
    "Sc": Kind.SYMBOL, "Sm": Kind.SYMBOL, "Sk": Kind.SYMBOL, "So": Kind.SYMBOL,
}  # fmt: skip
_UNSPACED = ((0x2E80, 0x2FDF), (0x3040, 0x30FF), (0x3100, 0x312F), (0x3400, 0x9FFF), (0xF900, 0xFAFF))
_ALIKE = ((0x3400, 0x4DB5), (0x4E00, 0x9FEF), (0xAC00, 0xD7A3), (0xD800, 0xF8FF))
"""Most of the basic plane: each range is of one class, and nothing in it has another case."""
_HIGH = (0x20000, 0x40000)
"""The planes of rare ideographs."""


@cache
def _table() -> Kinds:
    """The class of each code point of the basic plane."""
    kinds = np.empty(_BMP, np.uint8)
    for first, last in _ALIKE:
        kinds[first : last + 1] = _kind(chr(first))
    kinds[_varied()] = [_kind(chr(code)) for code in _varied()]
    for first, last in _UNSPACED:
        letters = kinds[first : last + 1] == Kind.LETTER
        kinds[first : last + 1][letters] = Kind.IDEOGRAPH
    for kind, characters in _NAMED.items():
        kinds[[ord(character) for character in characters]] = kind
    return kinds


def _kind(character: str) -> Kind:
    return Kind.SPACE if character.isspace() else _CATEGORIES.get(unicodedata.category(character), Kind.OTHER)


@cache
def _small() -> Codes:
    """The lower-case code point of each code point of the basic plane."""
    lower = ((code, chr(code).lower()) for code in _varied())
    codes = np.arange(_BMP, dtype=np.uint32)
    codes[_varied()] = [ord(low) if len(low) == 1 else code for code, low in lower]
    return codes


@cache
def _varied() -> list[int]:
    """The code points of the basic plane that have to be looked at one by one."""
    edges = [0, *(edge for first, last in _ALIKE for edge in (first, last + 1)), _BMP]
    return [code for start, end in zip(edges[::2], edges[1::2], strict=True) for code in range(start, end)]


def codes_of(text: str) -> Codes:
    """The code points of a text, lone surrogates too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def kinds_of(codes: Codes) -> Kinds:
    """The class of each code point."""
    if not _has_high(codes):
        return _table()[codes]
    kinds = _table()[np.minimum(codes, _BMP - 1)]
    kinds[codes >= _BMP] = Kind.SYMBOL
    kinds[(codes >= _HIGH[0]) & (codes < _HIGH[1])] = Kind.IDEOGRAPH
    return kinds


def lowered(codes: Codes) -> Codes:
    """The code points in lower case, those of the basic plane."""
    if not _has_high(codes):
        return _small()[codes]
    return np.where(codes < _BMP, _small()[np.minimum(codes, _BMP - 1)], codes)


def _has_high(codes: Codes) -> bool:
    return bool(codes.size) and int(codes.max()) >= _BMP


@cache
def flags(*kinds: Kind) -> Bools:
    """For each class, whether it is one of these."""
    table = np.zeros(len(Kind), np.bool_)
    table[list(kinds)] = True
    return table
