"""The likeliest sentences of bounded length (wtpsplit 2.2): most Σ log prior(length) + Σ log p(end).

wtpsplit looks at every character, this at the ends of subwords and words alone: O(c·w) for c of them, and
w in the longest sentence. It is exact within `HELD` of them; then the first half is settled.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from services.inference.sat.characters import Boundary
from services.inference.sat.lengths import Lengths
from services.segmentation.packing import cheapest

HELD = 1 << 14
LEAST = 1e-12
"""Lower probabilities are as good as this one."""


def likeliest(boundaries: Iterable[Boundary], lengths: Lengths) -> Iterator[Boundary]:
    """Of the boundaries of a text its beginning, its end, and between them those to cut at."""
    held: list[Boundary] = []
    limit = HELD
    for boundary in _none_too_far(boundaries, lengths.maximum):
        held.append(boundary)
        if len(held) > limit:
            settled = [i for i in _chosen(held, lengths) if i <= limit // 2]
            yield from (held[i] for i in settled[:-1])
            held = held[settled[-1] :]
            limit = max(HELD, 2 * len(held))
    yield from (held[i] for i in _chosen(held, lengths))


def _none_too_far(boundaries: Iterable[Boundary], maximum: int) -> Iterator[Boundary]:
    """With improbable ones where two are further apart than a sentence may be long."""
    begun = None
    for boundary in boundaries:
        while begun is not None and boundary.end - begun > maximum:
            begun += maximum
            yield Boundary(begun, begun, 0.0)
        yield boundary
        begun = boundary.following


def _chosen(boundaries: Sequence[Boundary], lengths: Lengths) -> list[int]:
    """Indices, the first and the last among them."""
    if not boundaries:
        return []
    pieces = cheapest(len(boundaries) - 1, _Costs(boundaries, lengths).last_piece)
    return [0, *(end for _, end in pieces)]


class _Costs:
    """Of sentences between boundaries: the negative logarithm of how likely they are."""

    def __init__(self, boundaries: Sequence[Boundary], lengths: Lengths) -> None:
        self._boundaries = boundaries
        self._following = np.array([boundary.following for boundary in boundaries])
        probability = np.array([boundary.probability for boundary in boundaries])
        self._cuts = -np.log(np.maximum(probability, LEAST))
        self._sizes = -lengths.log_prior()
        self._best = np.zeros(len(boundaries))
        self._first = 0

    def last_piece(self, best: Sequence[float], j: int) -> tuple[float, int]:
        """What the first j sentences cost at least, and where the last of them begins; j only ever grows."""
        end = self._boundaries[j].end
        if self._boundaries[j - 1].is_required:
            self._first = j - 1
        while end - self._following[self._first] >= self._sizes.size:
            self._first += 1
        sizes = end - self._following[self._first : j]
        self._best[j - 1] = best[-1]
        costs = self._best[self._first : j] + self._sizes[sizes]
        start = int(costs.argmin())
        return float(costs[start] + self._cuts[j]), self._first + start
