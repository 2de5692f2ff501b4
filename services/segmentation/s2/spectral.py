"""Spectral clustering of the graph, in bands of the reading order so that long documents take linear time.

Rows of the leading eigenvectors of D^-1/2 W D^-1/2 (Ng, Jordan and Weiss, 2002); as many as the largest gap
between eigenvalues says, within what the cap allows. Nothing is random.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh, qr

from services.segmentation.s2.graph import Graph, unit
from services.segmentation.s2.nodes import Doubles, Longs

LARGEST_BAND = 240
"""Nodes."""
MOST_PER_BAND = 16
"""Chunks at the cap that the tokens of a band make."""
MOST_CLUSTERS = 1.25
"""For each that the cap needs at least: more of them tear apart what belongs together."""


class Band(NamedTuple):
    """Nodes from first up to last, and their rows (last − first, k) of length 1."""

    first: int
    last: int
    rows: Doubles


def bands_of(graph: Graph, tokens: Sequence[int], cap: int) -> list[Band]:
    """Bands that cover all nodes in order; they end where the least weight is cut."""
    return [
        Band(first, last, _rows(graph.between(first, last), sum(tokens[first:last]), cap))
        for first, last in _ends(graph, tokens, cap)
    ]


def clusters_of(band: Band) -> Longs:
    """The cluster of each node of a band, numbered by their first nodes.

    By the pivots of a QR decomposition (Damle, Minden and Ying, 2019): no seeds, no rounds.
    """
    rows = band.rows
    _, _, pivots = qr(rows.T, pivoting=True, mode="economic")
    left, _, right = np.linalg.svd(rows[pivots[: rows.shape[1]]].T)
    found = np.argmax(np.abs(rows @ (left @ right)), axis=1)
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _ends(graph: Graph, tokens: Sequence[int], cap: int) -> Iterator[tuple[int, int]]:
    n = len(graph)
    crossing = np.zeros(n + 1)
    np.add.at(crossing, graph.i + 1, graph.weight)
    np.add.at(crossing, graph.j + 1, -graph.weight)
    crossing = crossing.cumsum()  # of the boundary before each node
    sums = np.concatenate(([0], np.cumsum(tokens)))
    first = 0
    while first < n:
        fits = int(np.searchsorted(sums, sums[first] + MOST_PER_BAND * cap, "right")) - 1
        end = min(n, first + LARGEST_BAND, max(fits, first + 2))
        if end < n:
            half = first + max(1, (end - first) // 2)
            end = half + int(np.argmin(crossing[half : end + 1]))
        yield first, end
        first = end


def _rows(weights: Doubles, tokens: int, cap: int) -> Doubles:
    n = len(weights)
    degree = weights.sum(axis=1)
    root = np.where(degree > 0, 1 / np.sqrt(np.where(degree > 0, degree, 1)), 0.0)
    fewest = min(n, max(1, math.ceil(tokens / cap)))
    most = min(n, max(fewest, math.ceil(MOST_CLUSTERS * tokens / cap)))
    values, vectors = eigh(root[:, None] * weights * root, subset_by_index=(max(0, n - most - 1), n - 1))
    values, vectors = values[::-1], vectors[:, ::-1]
    gaps = values[fewest - 1 : most] - np.append(values, values[-1])[fewest : most + 1]
    k = fewest + int(np.argmax(gaps)) if len(gaps) else fewest
    rows = vectors[:, :k]
    return unit(rows)
