"""The cheapest segments by their costs and what each cut has to gain, on three levels from the same costs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.costs import blocks
from services.segmentation.topic.material import Material
from services.segmentation.topic.said import Doubles

MOST = 128
"""Units of one part, parts of one topic, topics of one group."""
FINER, COARSER = 1 / 3, 3.0
"""What cuts between parts of topics and between groups of topics must gain, beside those between topics."""


class Levels(NamedTuple):
    """Where topics start, where their parts, and of each topic the group it is in and what its cut gained.

    Gains are shares: above ½ of what is more than the penalty.
    """

    topics: list[int]
    parts: list[int]
    groups: list[int]
    gains: list[float]


def levels_of(material: Material, penalties: Doubles) -> Levels:
    """`penalties`: what the cut before each unit must gain. Topics are of whole parts, groups of topics."""
    parts = cheapest(material, FINER * penalties, MOST)
    joined = material.joined(parts)
    asked = penalties[parts]
    topics = cheapest(joined, asked, MOST)
    whole, asked = joined.joined(topics), asked[topics]
    groups = cheapest(whole, COARSER * asked, MOST)
    return Levels([parts[i] for i in topics], parts, _members(groups, len(topics)), _gains(whole, asked))


def cheapest(material: Material, penalties: Doubles, most: int) -> list[int]:
    """Where the segments start that cost least together; of equal ones the earliest: O(n·most)."""
    entered, back = np.append(penalties, 0.0), list[int]()
    """What all before a unit costs, and the cut before it."""
    for block in blocks(material, most):
        before = entered[block.low : block.low + block.costs.shape[1]]
        for end, costs in enumerate(block.costs, block.first + 1):
            totals = before + costs
            start = int(totals.argmin())
            entered[end] += totals[start]
            back.append(block.low + start)
    starts, end = list[int](), len(material)
    while end:
        end = back[end - 1]
        starts.append(end)
    return starts[::-1]


def _members(starts: Sequence[int], n: int) -> list[int]:
    """The number of the segment that each of n is in."""
    found = np.zeros(n, np.int64)
    found[list(starts[1:])] = 1
    return [int(number) for number in found.cumsum()]


def _gains(topics: Material, penalties: Doubles) -> list[float]:
    """Of the cut before each topic, what it gained, as a share of that and the penalty; 1 of the first."""
    single = np.zeros(len(topics))
    gains = np.ones(len(topics))
    for block in blocks(topics, 2):
        for j, costs in enumerate(block.costs, block.first):
            single[j] = costs[j - block.low]
            if j > 0:
                gain = max(0.0, float(costs[j - 1 - block.low] - single[j - 1] - single[j]))
                gains[j] = gain / (gain + penalties[j])
    return [float(gain) for gain in gains.round(3)]
