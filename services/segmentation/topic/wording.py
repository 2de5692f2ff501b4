"""Words that count, and what it is worth that a segment says one again."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.said import Doubles, Integers, Said, stretches

FARTHEST = 128
"""How many earlier uses of a word count for one."""
CONCENTRATION = 300.0
"""How close to the document's own the words of a segment are before any is seen (Dirichlet, its sum)."""
AT_ONCE = 1 << 16
"""Pairs of uses that are held at once."""


class Wording(NamedTuple):
    """Uses of words that count, in the order of the text: use k is one of word `words[k]`, in unit `of[k]`.

    `order`: these uses sorted by words. `shares` of words in the prior; the word of use k
    has that of number `share[k]`. `counts` of uses in each unit, and `lengths` with those that do not count.
    """

    words: Integers
    of: Integers
    order: Integers
    shares: Doubles
    share: Integers
    counts: Doubles
    lengths: Doubles

    def joined(self, starts: Integers) -> "Wording":
        """The units from each start to the next one as one unit."""
        return self._replace(
            of=np.searchsorted(starts, self.of, side="right") - 1,
            counts=np.add.reduceat(self.counts, starts),
            lengths=np.add.reduceat(self.lengths, starts),
        )


class Repetitions:
    """What uses of words are worth because of those before, in other units of segments of at most `most`.

    Of the logarithm of a Dirichlet compound multinomial: log((r + a) / (r − 1 + a)) for the r-th use
    before, a the word's share of the prior.
    """

    def __init__(self, wording: Wording, most: int) -> None:
        self._wording = wording
        self._sorted, places = wording.of[wording.order], np.arange(len(wording.order))
        words = wording.words[wording.order] * len(wording.counts)
        keys, lowest = words + self._sorted, words + np.maximum(self._sorted - most + 1, 0)
        lowest = np.maximum(np.searchsorted(keys, lowest), places - FARTHEST)
        pairs = np.maximum(np.searchsorted(keys, keys) - lowest, 0)
        self._places, self._lowest, self._pairs = np.empty((3, len(places)), np.int64)
        self._places[wording.order], self._lowest[wording.order], self._pairs[wording.order] = (
            places,
            lowest,
            pairs,
        )
        ranks, shares = np.arange(1, FARTHEST + 1), wording.shares[:, None]
        self._worth = np.log((ranks + shares) / (ranks - 1 + shares)).ravel()

    def worth(self, low: int, first: int, last: int) -> Doubles:
        """Of uses in units `first` to `last` (rows), because of some in each unit from `low` on (columns)."""
        shape = (last - first, last - low)
        found = np.zeros(shape[0] * shape[1])
        for start, end in self._slabs(first, last):
            rows, pairs = self._wording.of[start:end] - first, self._pairs[start:end]
            before = stretches(self._lowest[start:end], pairs)
            ranks = self._wording.share[start:end] * FARTHEST + self._places[start:end] - 1
            worth = self._worth[np.repeat(ranks, pairs) - before]
            cells = np.repeat(rows * shape[1] - low, pairs) + self._sorted[before]
            found += np.bincount(cells, worth, len(found))
        return found.reshape(shape)

    def _slabs(self, first: int, last: int) -> Iterable[tuple[int, int]]:
        """Uses in these units, not many more pairs at once than may be held."""
        start, end = np.searchsorted(self._wording.of, [first, last])
        pairs = self._pairs[start:end].cumsum()
        cuts = start + np.searchsorted(pairs, np.arange(AT_ONCE, pairs[-1:].sum(), AT_ONCE))
        return pairwise([start, *cuts, end])


def wording_of(said: Said) -> Wording:
    """The words of units, those left out that are in too many of them."""
    words = said.stems[said.words]
    lengths = np.bincount(said.of, minlength=said.units).astype(np.float64)
    kept = ~said.common()[words]
    words, of = words[kept], said.of[kept]
    order = np.argsort(words, kind="stable")
    uses, share = np.unique(np.bincount(words), return_inverse=True)
    counts = np.bincount(of, minlength=said.units).astype(np.float64)
    shares = CONCENTRATION * np.maximum(uses, 1) / max(1, len(words))
    return Wording(words, of, order, shares, share[words], counts, lengths)


def normalisers(most: int) -> Doubles:
    """For n of 0 to `most` uses log Γ(a + n) − log Γ(a), a the concentration: large for Stirling's series."""
    found = _log_gamma(CONCENTRATION + np.arange(most + 1.0))
    found -= found[0]
    return found


def _log_gamma(x: Doubles) -> Doubles:
    found: Doubles = (x - 0.5) * np.log(x) - x + 1 / (12 * x)
    return found
