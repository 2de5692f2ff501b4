"""Breakpoints: gaps whose neighbours are further apart than most (G. Kamradt's levels of text splitting)."""

from typing import NamedTuple

import numpy as np

from services.segmentation.boundaries.vectors import Doubles, Vectors


class Breakpoints(NamedTuple):
    """Of each gap: how far apart its sides are, what share of all gaps is closer. Above `threshold`: cut."""

    distances: Doubles
    ranks: Doubles
    threshold: float


def breakpoints(vectors: Vectors, percentile: float) -> Breakpoints:
    """Of the gaps between texts, two of them or more."""
    distances = 1 - vectors.neighbours()
    ranks = np.searchsorted(np.sort(distances), distances) / len(distances)
    return Breakpoints(distances, ranks, float(np.percentile(distances, percentile)))
