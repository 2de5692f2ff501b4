"""Clusters of neighbours that are more alike than the text is on average (Chroma's ClusterSemanticChunker).

The sum of cosines less their mean over all pairs, in all clusters together, is the greatest that can be.
No matrix is kept: sums of the blocks that end at a piece follow from those that end before it.
"""

from collections.abc import Sequence

import numpy as np

from services.segmentation.boundaries.vectors import Doubles, Vectors

EVEN = 1e-6
"""Sums that differ by less are equal: the longer cluster is taken."""


def clusters(vectors: Vectors, lowest: Sequence[int]) -> list[int]:
    """Where the clusters of n pieces start: O(n·m·width) time for m pieces in the largest, O(n) memory.

    The cluster that ends with piece j starts at `lowest[j]` or later; these never fall.
    """
    mean = vectors.mean() if len(lowest) > 1 else 0.0
    best, back = np.zeros(len(lowest) + 1), list[int]()
    sums: Doubles = np.zeros(0)
    for j, low in enumerate(lowest):
        rows = vectors.between(low, j + 1).astype(np.float64)
        alike = rows[:-1] @ rows[-1] - mean
        sums = np.append(sums[len(sums) - len(alike) :] + alike[::-1].cumsum()[::-1], 0.0)
        totals = best[low : j + 1] + sums
        start = int(np.argmax(totals >= totals.max() - EVEN))
        best[j + 1] = totals[start]
        back.append(low + start)
    starts, j = list[int](), len(lowest)
    while j:
        j = back[j - 1]
        starts.append(j)
    return starts[::-1]
