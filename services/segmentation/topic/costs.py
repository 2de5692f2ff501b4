"""What it costs that units are one topic: how far their vectors scatter, and how little words come again.

Both are sums over pairs of units, so the costs of all segments that end in a block of units follow from sums
up to the block before it: O(n·m·width) time for segments of at most m units, O(m·block) memory.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.material import Material
from services.segmentation.topic.wording import Doubles, normaliser

BLOCK = 128
DIGITS = 6
"""Of costs: what is smaller is the machine's noise."""


class Block(NamedTuple):
    """Costs of segments from unit `low` + row on, to before unit `first` + column + 1; inf where none is."""

    low: int
    first: int
    costs: Doubles


def blocks(material: Material, most: int) -> Iterator[Block]:
    """The costs of all segments of at most `most` units, block by block of their ends.

    What is the same whatever the segments are is left out.
    """
    repetitions = _Repetitions(material, most)
    carried, before = np.zeros(0), 0
    for first in range(0, len(material), BLOCK):
        last = min(len(material), first + BLOCK)
        low = max(0, first + 1 - most)
        carried = np.concatenate([carried[low - before :], np.zeros(last - first)])
        said = carried[:, None] + repetitions.between(low, first, last)
        carried, before = said[:, -1], low
        costs = normaliser(_sums(material.wording.counts[low:last], first - low)) - said
        costs -= material.scale * _together(material, low, first, last)
        lengths = np.arange(first + 1, last + 1)[None, :] - np.arange(low, last)[:, None]
        yield Block(low, first, np.where((lengths > 0) & (lengths <= most), costs.round(DIGITS), np.inf))


def _sums(values: Doubles, skipped: int) -> Doubles:
    """From each value on, to the end of each but those skipped."""
    ends = np.concatenate([[0.0], values.cumsum()])
    found: Doubles = np.maximum(ends[skipped + 1 :][None, :] - ends[:-1][:, None], 0.0)
    return found


def _together(material: Material, low: int, first: int, last: int) -> Doubles:
    """‖Σx‖²/n: the longer the sum, the less the vectors scatter. No matrix of all pairs is kept."""
    rows = material.rows[low:last]
    ends = np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(0)])
    squares, stops = (ends * ends).sum(1), ends[first - low + 1 :]
    whole = squares[:-1, None] + squares[first - low + 1 :][None, :] - 2 * ends[:-1] @ stops.T
    found: Doubles = whole / np.maximum(_sums(material.sizes[low:last], first - low), 1.0)
    return found


class _Repetitions:
    """What pairs of uses of a word are worth, sorted by the later unit."""

    def __init__(self, material: Material, most: int) -> None:
        pairs = list(material.wording.repetitions(most))
        empty = np.zeros(0, np.int64)
        earlier = np.concatenate([empty, *(pair[0] for pair in pairs)])
        later = np.concatenate([empty, *(pair[1] for pair in pairs)])
        order = np.argsort(later, kind="stable")
        self._earlier, self._later = earlier[order], later[order]
        self._worth = np.concatenate([np.zeros(0), *(pair[2] for pair in pairs)])[order]

    def between(self, low: int, first: int, last: int) -> Doubles:
        """Of pairs from each start on, up to each end, whose later use is in units `first` to `last`."""
        here = slice(*np.searchsorted(self._later, [first, last]))
        rows, columns = self._earlier[here] - low, self._later[here] - first
        shape = (last - low, last - first)
        inside = rows >= 0
        cells = rows[inside] * shape[1] + columns[inside]
        worth = np.bincount(cells, self._worth[here][inside], shape[0] * shape[1]).reshape(shape)
        found: Doubles = worth[::-1].cumsum(0)[::-1].cumsum(1)
        return found
