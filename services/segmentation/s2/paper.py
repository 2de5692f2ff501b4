"""S2 as published (arXiv 2501.05485): the mean of both weights, all pairs, clusters by their tokens.

Centres are compared in lines, and on one page only; as published they are pixels, whatever the page.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.cluster import SpectralClustering

from models.errors import InvalidInput
from services.segmentation.s2.nodes import Doubles, Longs, Nodes

MOST = 1500
"""Blocks: time grows with their cube."""


def paper_clusters(nodes: Nodes, tokens: Sequence[int], cap: int, vectors: npt.NDArray[np.float32]) -> Longs:
    """The cluster of each node; InvalidInput for more than MOST."""
    if len(nodes) > MOST:
        raise InvalidInput(f"The mode paper takes at most {MOST} blocks; this document has {len(nodes)}.")
    weights = (_near(nodes) + _alike(vectors)) / 2
    pairs = weights[np.triu_indices(len(nodes), 1)]
    mean = float(pairs.mean()) if len(pairs) else 0.0
    k = min(len(nodes), max(1, math.floor(sum(tokens) / cap * (1 - mean))))
    if k == 1:
        return np.zeros(len(nodes), np.int64)
    found: Longs = SpectralClustering(k, affinity="precomputed", random_state=0).fit_predict(weights)
    return found


def _near(nodes: Nodes) -> Doubles:
    boxes, pages = nodes.heads.boxes, nodes.heads.pages
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    distances = np.sqrt(((centres[:, None] - centres) ** 2).sum(axis=2))
    return np.where(pages[:, None] == pages, 1 / (1 + distances), 0.0)


def _alike(vectors: npt.NDArray[np.float32]) -> Doubles:
    return np.clip(vectors.astype(np.float64) @ vectors.T, 0, 1)
