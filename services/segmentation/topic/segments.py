"""The cheapest segments by their costs and what each cut has to gain, on three levels from the same costs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.costs import blocks
from services.segmentation.topic.material import Material
from services.segmentation.topic.wording import Doubles

MOST = 1024
"""Units of one topic."""
MOST_OF_PART = 128
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
    """`penalties`: what the cut before each unit must gain."""
    topics = cheapest(material, penalties, MOST)
    parts = cheapest(material, FINER * penalties, MOST_OF_PART, topics)
    whole = material.joined(topics)
    asked = penalties[topics]
    groups = cheapest(whole, COARSER * asked, MOST)
    return Levels(topics, parts, _members(groups, len(topics)), _gains(whole, asked))


def cheapest(
    material: Material, penalties: Doubles, most: int, within: Sequence[int] | None = None
) -> list[int]:
    """Where the segments start that cost least together; of equal ones the earliest: O(n·most).

    `within`: starts that no segment crosses.
    """
    best = np.zeros(len(material) + 1)
    back = np.zeros(len(material) + 1, np.int64)
    floors = _members(within, len(material)) if within else None
    for block in blocks(material, most):
        for column in range(block.costs.shape[1]):
            end = block.first + column + 1
            low = block.low if within is None or floors is None else max(block.low, within[floors[end - 1]])
            totals = (
                best[low:end] + penalties[low:end] + block.costs[low - block.low : end - block.low, column]
            )
            start = int(totals.argmin())
            best[end], back[end] = totals[start], low + start
    starts, end = list[int](), len(material)
    while end:
        end = int(back[end])
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
        for column in range(block.costs.shape[1]):
            j = block.first + column
            single[j] = block.costs[j - block.low, column]
            if j > 0:
                gain = max(0.0, float(block.costs[j - 1 - block.low, column] - single[j - 1] - single[j]))
                gains[j] = gain / (gain + penalties[j])
    return [float(gain) for gain in gains.round(3)]
