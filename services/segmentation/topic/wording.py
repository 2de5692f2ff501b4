"""Words of units as numbers, and what it is worth that a segment says a word again."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_SINGLE = "\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{_SINGLE}]|[^\W\d_{_SINGLE}]{{2,}}|\d+")
"""Chinese and Japanese characters stand for words."""
STEM = 6
"""Letters by which words are told apart: inflections fall together in most languages."""
COMMON = 0.3
"""A word in a larger share of the units says nothing of topics."""
FARTHEST = 128
"""How many earlier uses of a word count for one."""
CONCENTRATION = 300.0
"""How close to the document's own the words of a segment are before any is seen (Dirichlet, its sum)."""


class Wording(NamedTuple):
    """Uses of words that count, in the order of the text: use k is in unit `of[k]`.

    `previous`: the use of the same word before it, or -1. `weights`: the word's share of the prior. `counts`
    of them in each unit, and `lengths` with those that do not count.
    """

    of: Integers
    previous: Integers
    weights: Doubles
    counts: Doubles
    lengths: Doubles

    def joined(self, starts: Integers) -> "Wording":
        """The units from each start to the next one as one unit."""
        return self._replace(
            of=np.searchsorted(starts, self.of, side="right") - 1,
            counts=np.add.reduceat(self.counts, starts),
            lengths=np.add.reduceat(self.lengths, starts),
        )

    def repetitions(self, low: int, first: int, last: int) -> Iterator[tuple[Integers, Integers, Doubles]]:
        """Units of a use from `low` on, and of a later one in units `first` to `last`, and what it is worth.

        Of the logarithm of a Dirichlet compound multinomial: log((r + a) / (r − 1 + a)) for the r-th use
        before, a the word's share of the prior.
        """
        later = np.arange(*np.searchsorted(self.of, [first, last]))
        earlier = self.previous[later]
        for rank in range(1, FARTHEST + 1):
            known = (earlier >= 0) & (self.of[earlier] >= low)
            later, earlier = later[known], earlier[known]
            if not len(later):
                return
            prior = self.weights[later]
            worth = np.log((rank + prior) / (rank - 1 + prior))
            yield self.of[earlier], self.of[later], np.where(self.of[earlier] < self.of[later], worth, 0.0)
            earlier = self.previous[earlier]


def wording_of(texts: Sequence[str]) -> Wording:
    """The words of units, those left out that are in too many of them."""
    numbers: dict[str, int] = {}
    words, of = list[int](), list[int]()
    for unit, text in enumerate(texts):
        for word in WORD.findall(text.lower()):
            words.append(numbers.setdefault(word[:STEM], len(numbers)))
            of.append(unit)
    return _counted(np.array(words, np.int64), np.array(of, np.int64), len(texts), len(numbers))


def _counted(words: Integers, of: Integers, units: int, vocabulary: int) -> Wording:
    lengths = np.bincount(of, minlength=units).astype(np.float64)
    first = np.ones(len(words), bool)
    order = np.lexsort((of, words))
    first[1:] = (np.diff(words[order]) != 0) | (np.diff(of[order]) != 0)
    spread = np.bincount(words[order][first], minlength=vocabulary)
    kept = (spread <= max(2.0, COMMON * units))[words]
    words, of = words[kept], of[kept]
    weights = CONCENTRATION * np.bincount(words, minlength=vocabulary)[words] / max(1, len(words))
    counts = np.bincount(of, minlength=units).astype(np.float64)
    return Wording(of, _previous(words), weights, counts, lengths)


def _previous(words: Integers) -> Integers:
    order = np.argsort(words, kind="stable")
    again = words[order][1:] == words[order][:-1]
    found = np.full(len(words), -1)
    found[order[1:][again]] = order[:-1][again]
    return found


def normaliser(uses: Doubles) -> Doubles:
    """For n uses log Γ(a + n) − log Γ(a), a the concentration: large enough for Stirling's series."""
    a = CONCENTRATION
    found: Doubles = _log_gamma(a + uses) - _log_gamma(np.array(a))
    return found


def _log_gamma(x: Doubles) -> Doubles:
    found: Doubles = (x - 0.5) * np.log(x) - x + 1 / (12 * x)
    return found
