"""The graph of blocks: few edges a node, each weighed by nearness and likeness together.

Edges lead to neighbours in reading order, to the nearest on the page, and to the most alike nearby: their
number grows with the blocks, not with pairs of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from services.segmentation.s2.links import sections
from services.segmentation.s2.nodes import Doubles, Longs, Nodes
from services.segmentation.s2.spatial import nearness

Floats = npt.NDArray[np.float32]
Rows = TypeVar("Rows", Floats, Doubles)

WINDOW, ON_PAGE, ALIKE = 8, 10, 5
"""Neighbours of a block: in reading order to each side, nearest on the page, most alike."""
REACH = 96
"""How far away in reading order likeness is looked for: about three pages."""
BAND = 256
FLOOR = 0.05
SCALE = 7
"""A node's scale is its distance to this neighbour (Zelnik-Manor and Perona, 2004)."""
WHITENED = 8
"""From so many blocks on their mean is taken away: what all have in common tells none of them apart."""
LINKED = 1.0
NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Graph:
    """Sorted pairs i < j of nodes; how near and how alike they are and the weight of the edge, from 0 to 1.

    `sections`: in which of the outermost sections each node is.
    """

    i: Longs
    j: Longs
    near: Doubles
    alike: Doubles
    weight: Doubles
    sections: Longs

    def __len__(self) -> int:
        return len(self.sections)

    def between(self, first: int, last: int) -> Doubles:
        """The weights among the nodes from first up to last, symmetric (last − first, last − first)."""
        start, stop = np.searchsorted(self.i, (first, last))
        i, j = self.i[start:stop] - first, self.j[start:stop] - first
        inside = j < last - first
        found = np.zeros((last - first, last - first))
        found[i[inside], j[inside]] = found[j[inside], i[inside]] = self.weight[start:stop][inside]
        return found


def graph_of(nodes: Nodes, vectors: Floats, together: Sequence[tuple[int, int]]) -> Graph:
    """The graph of two blocks or more by their `vectors` (n, width); those `together` have full weight."""
    vectors = whitened(vectors)
    linked = np.array(together, np.int64).reshape(-1, 2)
    pairs = np.concatenate([linked, *_pairs(nodes, vectors)])
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    parts = sections(nodes)
    i, j = pairs[parts[pairs[:, 0]] == parts[pairs[:, 1]]].T
    near, alike = nearness(nodes, i, j), likeness(vectors, i, j)
    weight = scaled(fused(near, alike), i, j, len(nodes))
    weight[np.isin(i * len(nodes) + j, linked @ (len(nodes), 1))] = LINKED
    return Graph(i, j, near, alike, weight, parts)


def whitened(vectors: Floats) -> Floats:
    """Rows of length 1 without their common mean; what is nothing but the mean becomes zeros."""
    if len(vectors) >= WHITENED:
        vectors = vectors - vectors.mean(axis=0)
    return unit(vectors)


def unit(rows: Rows) -> Rows:
    """The rows brought to length 1; those that are nothing stay so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > NOTHING)
    return found


def likeness(vectors: Floats, i: Longs, j: Longs) -> Doubles:
    """Cosines, 0 where they are below."""
    found = np.zeros(len(i))
    for start in range(0, len(i), 1 << 14):
        part = slice(start, start + (1 << 14))
        found[part] = np.einsum("ij,ij->i", vectors[i[part]], vectors[j[part]])
    return np.clip(found, 0.0, 1.0)


def fused(near: Doubles, alike: Doubles) -> Doubles:
    """The geometric mean, so that neither makes up for the other's absence; FLOOR keeps both from 0."""
    found: Doubles = np.sqrt((near + FLOOR) * (alike + FLOOR)) / (1 + FLOOR)
    return found


def scaled(weight: Doubles, i: Longs, j: Longs, n: int) -> Doubles:
    """exp(−d²/σᵢσⱼ), d² = −ln weight, σ the distance to the neighbour that SCALE says."""
    if not len(weight):
        return weight
    distance = np.sqrt(-np.log(np.clip(weight, 1e-9, 1 - 1e-9)))
    ends, lengths = np.concatenate((i, j)), np.concatenate((distance, distance))
    order = np.lexsort((lengths, ends))
    count = np.bincount(ends, minlength=n)
    first = np.cumsum(count) - count
    place = np.minimum(first + SCALE - 1, first + np.maximum(count, 1) - 1)
    sigma = np.where(count > 0, lengths[order][np.minimum(place, len(order) - 1)], 1.0)
    found: Doubles = np.exp(-(distance**2) / np.maximum(sigma[i] * sigma[j], 1e-12))
    return found


def _pairs(nodes: Nodes, vectors: Floats) -> Iterator[Longs]:
    n = len(nodes)
    for step in range(1, min(WINDOW, n - 1) + 1):
        first = np.arange(n - step)
        yield np.stack((first, first + step), axis=1)
    yield from _nearest(nodes)
    yield from _most_alike(vectors)


def _nearest(nodes: Nodes) -> Iterator[Longs]:
    """By the middles of their boxes, page by page."""
    middles = (nodes.heads.boxes[:, :2] + nodes.heads.boxes[:, 2:]) / 2
    order = np.argsort(nodes.heads.pages, kind="stable")
    starts = np.flatnonzero(np.diff(nodes.heads.pages[order], prepend=0))
    for own in np.split(order, starts)[1:]:
        if len(own) > 1:
            count = min(ON_PAGE + 1, len(own))
            found = cKDTree(middles[own]).query(middles[own], k=count)[1]
            yield _sorted(np.repeat(own, count), own[found.ravel()])


def _most_alike(vectors: Floats) -> Iterator[Longs]:
    n = len(vectors)
    for start in range(0, n, BAND):
        rows = np.arange(start, min(start + BAND, n))
        low, high = max(0, start - REACH), min(n, start + BAND + REACH)
        cosines = vectors[rows] @ vectors[low:high].T
        columns = np.arange(low, high)
        cosines[np.abs(rows[:, None] - columns) > REACH] = -2
        cosines[np.arange(len(rows)), rows - low] = -2
        count = min(ALIKE, high - low - 1)
        if count > 0:
            best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
            kept = np.take_along_axis(cosines, best, axis=1) > 0
            yield _sorted(np.repeat(rows, count)[kept.ravel()], columns[best][kept])


def _sorted(a: Longs, b: Longs) -> Longs:
    return np.stack((np.minimum(a, b), np.maximum(a, b)), axis=1)
