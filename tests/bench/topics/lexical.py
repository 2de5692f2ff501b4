"""The cheapest segments by words alone (Utiyama and Isahara 2001), written from the formula."""

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt

from services.segmentation.topic.said import COMMON, STEM, WORD

Costs = npt.NDArray[np.float64]


def u00(units: Sequence[str], count: int | None) -> list[int]:
    """Where segments start; as many as `count`, or as the description is shortest with."""
    said = [[word[:STEM] for word in WORD.findall(unit.lower())] for unit in units]
    spread = Counter(word for words in said for word in set(words))
    said = [[word for word in words if spread[word] <= COMMON * len(units)] for words in said]
    costs = _costs(said)
    if count is None:
        return _shortest(costs, log(max(2, sum(map(len, said)))))
    best, backs = costs[0].copy(), []
    for _ in range(count - 1):
        totals = best[:, None] + costs
        backs.append(totals.argmin(0))
        best = totals.min(0)
    starts, end = [0], len(units)
    for back in backs[::-1]:
        end = int(back[end])
        starts.append(end)
    return sorted(set(starts))


def _costs(said: Sequence[Sequence[str]]) -> Costs:
    """Of the segment from unit i to before unit j: Σ f · log((n + V) / (f + 1)); inf where there is none."""
    vocabulary = len({word for words in said for word in words})
    costs = np.full((len(said) + 1, len(said) + 1), np.inf)
    for i in range(len(said)):
        uses: Counter[str] = Counter()
        total, known = 0, 0.0
        for j in range(i, len(said)):
            for word in said[j]:
                f = uses[word]
                known += (f + 1) * log(f + 2) - f * log(f + 1)
                uses[word] = f + 1
            total += len(said[j])
            costs[i, j + 1] = total * log(total + vocabulary) - known if total else 0.0
    return costs


def _shortest(costs: Costs, penalty: float) -> list[int]:
    best, back = np.zeros(len(costs)), [0] * len(costs)
    for j in range(1, len(costs)):
        totals = best[:j] + costs[:j, j] + penalty
        back[j] = int(totals.argmin())
        best[j] = totals[back[j]]
    starts, end = list[int](), len(costs) - 1
    while end:
        end = back[end]
        starts.append(end)
    return starts[::-1]
