"""What it costs that units are one topic: how far their vectors scatter, and how little words come again.

Both are sums over pairs of units, so the costs of all segments that end in a block of units follow from sums
up to the block before it: O(n·m·width) time for segments of at most m units, O(m·block) memory.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.material import LEAST, Material
from services.segmentation.topic.said import Doubles
from services.segmentation.topic.wording import Repetitions, normalisers

BLOCK = 128
DIGITS = 6
"""Of costs: what is smaller is the machine's noise."""


class Block(NamedTuple):
    """Costs of segments before unit `first` + row + 1, from unit `low` + column on; inf where none is."""

    low: int
    first: int
    costs: Doubles


def blocks(material: Material, most: int) -> Iterator[Block]:
    """The costs of all segments of at most `most` units, block by block of their ends.

    What is the same whatever the segments are is left out.
    """
    carried, before = np.zeros(0), 0
    repetitions, normaliser = Repetitions(material.wording, most), normalisers(len(material.wording.of))
    uses = np.concatenate([[0], material.wording.counts.cumsum()]).astype(np.int64)
    for first in range(0, len(material), BLOCK):
        last = min(len(material), first + BLOCK)
        low = max(0, first + 1 - most)
        said = repetitions.worth(low, first, last)[:, ::-1].cumsum(1)[:, ::-1].cumsum(0)
        said[:, : first - low] += carried[low - before :]
        carried, before = said[-1], low
        lengths = np.arange(first + 1, last + 1)[:, None] - np.arange(low, last)
        costs = normaliser[np.maximum(uses[first + 1 : last + 1, None] - uses[low:last], 0)] - said
        costs -= material.scale * _together(material, low, first, last)
        costs[(lengths <= 0) | (lengths > most)] = np.inf
        yield Block(low, first, costs.round(DIGITS))


def _together(material: Material, low: int, first: int, last: int) -> Doubles:
    """‖Σwx‖²/Σw: the longer the sum, the less the vectors scatter. No matrix of all pairs is kept."""
    rows = material.rows.between(low, last)
    sizes = np.concatenate([[0.0], material.sizes[low:last].cumsum()])
    sums = np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(0)])
    squares, ends = (sums * sums).sum(1), slice(first - low + 1, None)
    whole = squares[ends, None] + squares[:-1] - 2 * sums[ends] @ sums[:-1].T
    found: Doubles = whole / np.maximum(sizes[ends, None] - sizes[:-1], LEAST)
    return found
