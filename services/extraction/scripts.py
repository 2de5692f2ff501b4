"""What the script of a text says of how it is set: from right to left, or without spaces."""

import re
from collections.abc import Iterable

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_UNSPACED = re.compile(r"[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60]")


def runs_leftward(words: Iterable[str]) -> bool:
    """Whether more than half of the letters are Hebrew, Arabic or of their kin."""
    leftward = letters = 0
    for word in words:
        letters += sum(map(str.isalpha, word))
        leftward += 0 if word.isascii() else len(_RIGHT_TO_LEFT.findall(word))
    return 2 * leftward > letters


def is_unspaced(char: str) -> bool:
    """Han, Kana and their punctuation, which are written without spaces."""
    return _UNSPACED.match(char) is not None
