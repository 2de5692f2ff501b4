"""What is known of units before anything is cut."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.segmentation.topic.wording import Doubles, Wording, wording_of

MEANING = 60.0
"""What scatter is worth beside words (nats), in units of the distance between neighbours."""
CLOSEST = 0.9
"""Cosine of neighbours that is taken for granted in no text."""
LOG_PENALTY, BY_LENGTH, BY_KINSHIP = 2.95, 0.4, 5.0
SHORTEST, LONGEST = 60, 1000
"""Units below and above which a text's length says no more of how long its topics are."""
UNSEEN = 20
"""Units that have nothing in common, as many as are thought of beside those of a text: few tell no mean."""


@dataclass(frozen=True, slots=True)
class Material:
    """n units: sums of `sizes` vectors less what all share, their words, and what scatter is worth."""

    rows: Doubles
    sizes: Doubles
    wording: Wording
    scale: float

    def __len__(self) -> int:
        return len(self.rows)

    def joined(self, starts: Sequence[int]) -> "Material":
        """The units from each start to the next one as one unit."""
        at = np.array(starts, np.int64)
        return Material(
            np.add.reduceat(self.rows, at),
            np.add.reduceat(self.sizes, at),
            self.wording.joined(at),
            self.scale,
        )


def material_of(vectors: Doubles, texts: Sequence[str]) -> Material:
    """Of two units or more; vectors have length 1 or 0."""
    rows = vectors - vectors.sum(0) / (len(vectors) + UNSEEN)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    scale = MEANING / (1 - min(CLOSEST, _neighbours(vectors)))
    return Material(rows, np.ones(len(rows)), wording_of(texts), scale)


def penalty_of(vectors: Doubles) -> float:
    """What a cut must gain in a text of two units or more.

    The longer the text is and the more alike all of it, the longer are its topics.
    """
    n = len(vectors)
    whole = vectors.sum(0)
    kinship = (whole @ whole - (vectors * vectors).sum()) / (n * (n - 1))
    length = min(max(n, SHORTEST), LONGEST)
    return float(np.exp(LOG_PENALTY + BY_LENGTH * np.log(length) + BY_KINSHIP * kinship))


def _neighbours(vectors: Doubles) -> float:
    """Mean cosine of neighbours."""
    return float((vectors[1:] * vectors[:-1]).sum(1).mean())
