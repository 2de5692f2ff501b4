"""The words of units, read once: costs count them, and topics are called by them."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_SINGLE = "\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{_SINGLE}]|[^\W\d_{_SINGLE}]{{2,}}|\d+")
"""Chinese and Japanese characters stand for words."""
STEM = 6
"""Letters by which words are told apart: inflections fall together in most languages."""
COMMON = 0.3
"""A word in a larger share of the units says nothing of topics."""
AT_ONCE = 1 << 12
"""Units whose words are held at once as they stand in the text."""
_NONE = np.zeros(0, np.int64)


class Said(NamedTuple):
    """What so many `units` say: use k is of `forms[words[k]]`, in unit `of[k]`, in the order of the text.

    `stems` has a number for the stem of each form.
    """

    forms: Sequence[str]
    stems: Integers
    words: Integers
    of: Integers
    units: int

    def common(self) -> Bools:
        """Of each stem, whether it is in too many units."""
        words = self.stems[self.words]
        order = np.argsort(words, kind="stable")
        spread = np.bincount(words[order][starts_of(words[order], self.of[order])], minlength=len(self.forms))
        found: Bools = spread > max(2.0, COMMON * self.units)
        return found


def said_in(texts: Sequence[str]) -> Said:
    """Nothing without blanks is read twice, however often it comes."""
    known, numbers, lengths = dict[str, int](), list[Integers](), list[Integers]()
    for first in range(0, len(texts), AT_ONCE):
        runs = [text.lower().split() for text in texts[first : first + AT_ONCE]]
        numbers.append(_numbers(chain.from_iterable(runs), known))
        lengths.append(_lengths(runs))
    read, forms = [WORD.findall(run) for run in known], dict[str, int]()
    words, sizes = _numbers(chain.from_iterable(read), forms), _lengths(read)
    used = np.concatenate([_NONE, *numbers])
    found = words[stretches((sizes.cumsum() - sizes)[used], sizes[used])]
    of = np.repeat(np.repeat(np.arange(len(texts)), np.concatenate([_NONE, *lengths])), sizes[used])
    stems = _numbers((form[:STEM] for form in forms), {})
    return Said(list(forms), stems, found, of, len(texts))


def stretches(starts: Integers, lengths: Integers) -> Integers:
    """The whole numbers from each start on, as many as are said, one stretch after the other."""
    before = lengths.cumsum() - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def starts_of(*sorted_keys: Integers) -> Bools:
    """Where keys differ from those before."""
    found = np.ones(len(sorted_keys[0]), bool)
    found[1:] = np.any([np.diff(keys) != 0 for keys in sorted_keys], 0)
    return found


def _numbers(words: Iterable[str], known: dict[str, int]) -> Integers:
    """The number of each word among those known, to which new ones are added."""
    listed = list(words)
    for word in dict.fromkeys(listed):
        known.setdefault(word, len(known))
    return np.fromiter(map(known.__getitem__, listed), np.int64, len(listed))


def _lengths(lists: Sequence[Sequence[str]]) -> Integers:
    return np.fromiter(map(len, lists), np.int64, len(lists))
