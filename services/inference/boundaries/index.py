"""Words by their hashes, without sorting: where they stand in a list, and which are the same."""

import numpy as np

from services.inference.boundaries.arrays import Hashes, Ints

_BITS = 17
_SHIFT = np.uint64(64 - _BITS)
_MULTIPLIER = 0x9E3779B97F4A7C15
_STEP = 0xBF58476D1CE4E5B8
_WORD_SIZE = 1 << 64


class Index:
    """An index of distinct hashes, none of them 0."""

    def __init__(self, words: Hashes) -> None:
        self._keys = np.append(np.uint64(0), words)
        self._tables: list[tuple[np.uint64, Ints]] = []
        left = np.arange(1, self._keys.size, dtype=np.int32)
        factor = _MULTIPLIER
        while left.size:
            multiplier = np.uint64(factor)
            table = np.zeros(1 << _BITS, np.int32)
            slots = _slots(self._keys[left], multiplier)
            table[slots] = left
            self._tables.append((multiplier, table))
            left = left[table[slots] != left]
            factor = (factor + _STEP) % _WORD_SIZE

    def find(self, words: Hashes) -> Ints:
        """1 + the place of each word in the list, 0 where it has none."""
        found = np.zeros(words.size, np.int32)
        for multiplier, table in self._tables:
            entry = table[_slots(words, multiplier)]
            entry *= self._keys[entry] == words
            found += entry
        return found


def _slots(words: Hashes, multiplier: np.uint64) -> Hashes:
    found: Hashes = (words * multiplier) >> _SHIFT
    return found


def alike(words: Hashes) -> Ints:
    """For each word the place of one that is the same, one place for all of them."""
    found = np.empty(words.size, np.int32)
    left = np.arange(words.size, dtype=np.int32)
    table = np.empty(1 << _BITS, np.int32)
    factor = _MULTIPLIER
    while left.size:
        slots = _slots(words[left], np.uint64(factor))
        table[slots] = left
        other = table[slots]
        same = words[other] == words[left]
        found[left[same]] = other[same]
        left = left[~same]
        factor = (factor + _STEP) % _WORD_SIZE
    return found
