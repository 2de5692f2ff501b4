"""Gaps by what a language model says: minima of perplexity, margins of answers (arXiv 2410.12788)."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

REMEMBERED = 5
"""Margins whose mean the next one is held against."""


def minima(values: Sequence[float], threshold: float) -> dict[int, float]:
    """Where a value is lower than its neighbours, by the threshold on one side at least: how much.

    Where it is as low as the one that follows, what counts is the side before.
    """
    found: dict[int, float] = {}
    for i in range(1, len(values) - 1):
        fall, rise = values[i - 1] - values[i], values[i + 1] - values[i]
        if fall > 0 and rise >= 0 and max(fall, rise) >= threshold:
            found[i] = max(fall, rise)
    return found


def splits(count: int, margin: Callable[[int, int], float]) -> dict[int, float]:
    """After which of `count` pieces there is a cut, and how far its margin is below what keeps them together.

    `margin(first, last)` is that of the pieces since the last cut and the next piece, `last`.
    """
    found: dict[int, float] = {}
    margins: list[float] = []
    first, least = 0, 0.0
    for last in range(1, count):
        margins.append(margin(first, last))
        if margins[-1] <= least:
            found[last - 1] = least - margins[-1]
            first = last
        if len(margins) >= REMEMBERED:
            least = fmean(margins[-REMEMBERED:])
    return found


def graded(found: Mapping[int, float], gaps: int) -> list[float]:
    """A score of each gap: from ½ to 1 of those found, the deeper the higher; 0 of the others."""
    order = sorted(found.values())
    shares = {depth: (place + 1) / len(order) for place, depth in enumerate(order)}
    return [(1 + shares[found[gap]]) / 2 if gap in found else 0.0 for gap in range(gaps)]
