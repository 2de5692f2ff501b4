"""Words of units as numbers, and what it is worth that a segment says a word again."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

WORD = re.compile(r"[^\W\d_]{2,}|\d+")
STEM = 6
"""Letters by which words are told apart: inflections fall together in most languages."""
COMMON = 0.3
"""A word in a larger share of the units says nothing of topics."""
FARTHEST = 128
"""How many earlier uses of a word count for one."""
CONCENTRATION = 300.0
"""How close to the document's own the words of a segment are before any is seen (Dirichlet, its sum)."""


class Wording(NamedTuple):
    """The words that count: use k is in unit `of[k]`; uses of one word are together, in order."""

    words: Integers
    of: Integers
    weights: Doubles
    counts: Doubles

    def joined(self, starts: Integers) -> "Wording":
        """The units from each start to the next one as one unit."""
        of = np.searchsorted(starts, self.of, side="right") - 1
        return Wording(self.words, of, self.weights, np.add.reduceat(self.counts, starts))

    def repetitions(self, most: int) -> Iterator[tuple[Integers, Integers, Doubles]]:
        """Units of an earlier and a later use of a word, less than `most` apart, and what the pair is worth.

        Of the logarithm of a Dirichlet compound multinomial: log((r + a) / (r − 1 + a)) for the r-th use
        before, a the word's own share of the prior.
        """
        for rank in range(1, min(FARTHEST, len(self.of) - 1) + 1):
            earlier, later = self.of[:-rank], self.of[rank:]
            same = (self.words[:-rank] == self.words[rank:]) & (earlier < later) & (later - earlier < most)
            if rank > 1 and not (self.words[:-rank] == self.words[rank:]).any():
                return
            prior = self.weights[rank:][same]
            yield earlier[same], later[same], np.log((rank + prior) / (rank - 1 + prior))


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
    order = np.lexsort((of, words))
    words, of = words[order], of[order]
    first = np.ones(len(words), bool)
    first[1:] = (words[1:] != words[:-1]) | (of[1:] != of[:-1])
    spread = np.bincount(words[first], minlength=vocabulary)
    kept = (spread <= max(2.0, COMMON * units))[words]
    words, of = words[kept], of[kept]
    uses = np.bincount(words, minlength=vocabulary)
    weights = CONCENTRATION * uses[words] / max(1, len(words))
    return Wording(words, of, weights, np.bincount(of, minlength=units).astype(np.float64))


def normaliser(uses: Doubles) -> Doubles:
    """For n uses log Γ(a + n) − log Γ(a), a the concentration: large enough for Stirling's series."""
    a = CONCENTRATION
    found: Doubles = _log_gamma(a + uses) - _log_gamma(np.array(a))
    return found


def _log_gamma(x: Doubles) -> Doubles:
    found: Doubles = (x - 0.5) * np.log(x) - x + 1 / (12 * x)
    return found
