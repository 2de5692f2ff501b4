"""What stands between two words, and whether the next one would still have gone on the line."""

import numpy as np

from services.inference.boundaries.arrays import Ints
from services.inference.characters.words import Words

GAPS, SLACKS = 7, 7

_NEAR = 4
"""Lines before and after that tell how wide lines are."""
_NARROW, _WIDE = 30, 200
_ROOM = (0, 8, 20)
_LINE_END = 2
"""Code points of the longest one."""


def gaps_of(words: Words, size: int) -> Ints:
    """None, a space, several; a line end, one with an indent, several; the end of the text."""
    length = np.append(words.start[1:], np.int32(size)) - words.end
    found: Ints = np.minimum(length, 2)
    single = words.newlines == 1
    found[single] = np.where(length[single] > _LINE_END, 4, 3)
    found[words.newlines > 1] = 5
    found[-1:] = 6
    return found


def slacks_of(words: Words) -> Ints:
    """At a line end: the room that was left for the next word, from 1 (none) to 4; 5, 6 where none is usual.

    That is among very long and very short lines.
    """
    found = np.zeros(words.start.size, np.int32)
    lasts = np.flatnonzero(words.newlines[:-1] > 0)
    if not lasts.size:
        return found
    firsts = np.append(0, lasts + 1)
    length = words.end[np.append(lasts, -1)] - words.start[firsts]
    width = _widest(length)[:-1]
    following = (words.end - words.start)[lasts + 1]
    room = 1 + np.digitize(width - length[:-1] - 1 - following, _ROOM)
    room[width > _WIDE] = 5
    room[width < _NARROW] = 6
    found[lasts] = room
    return found


def _widest(length: Ints) -> Ints:
    """The longest of the lines near each."""
    padded = np.pad(length, _NEAR)
    found: Ints = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEAR + 1).max(axis=1)
    return found
