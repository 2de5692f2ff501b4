"""What it costs that units are one topic: how far their vectors scatter, and how little words come again.

Both are sums over pairs of units, so the costs of all segments that end in a block of units follow from sums
up to the block before it: O(n·m·width) time for segments of at most m units, O(m·block) memory.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.material import LEAST, Material
from services.segmentation.topic.wording import Doubles, Wording, normaliser

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
    carried, before = np.zeros(0), 0
    for first in range(0, len(material), BLOCK):
        last = min(len(material), first + BLOCK)
        low = max(0, first + 1 - most)
        carried = np.concatenate([carried[low - before :], np.zeros(last - first)])
        said = carried[:, None] + _said_again(material.wording, low, first, last)
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
    """‖Σwx‖²/Σw: the longer the sum, the less the vectors scatter. No matrix of all pairs is kept."""
    rows = material.rows[low:last]
    ends = np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(0)])
    squares, stops = (ends * ends).sum(1), ends[first - low + 1 :]
    whole = squares[:-1, None] + squares[first - low + 1 :][None, :] - 2 * ends[:-1] @ stops.T
    found: Doubles = whole / np.maximum(_sums(material.sizes[low:last], first - low), LEAST)
    return found


def _said_again(wording: Wording, low: int, first: int, last: int) -> Doubles:
    """What words that come again are worth, from each start on up to each end, the later use of them here."""
    shape = (last - low, last - first)
    cells, values = [np.zeros(0, np.int64)], [np.zeros(0)]
    for earlier, later, value in wording.repetitions(low, first, last):
        cells.append((earlier - low) * shape[1] + later - first)
        values.append(value)
    worth = np.bincount(np.concatenate(cells), np.concatenate(values), shape[0] * shape[1])
    found: Doubles = worth.reshape(shape)[::-1].cumsum(0)[::-1].cumsum(1)
    return found
