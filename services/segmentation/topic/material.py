"""What is known of units before anything is cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.segmentation.topic.said import Doubles, Said
from services.segmentation.topic.wording import Wording, wording_of

MEANING = 60.0
"""What scatter is worth beside words (nats), in units of the distance between neighbours."""
CLOSEST = 0.9
"""Cosine of neighbours that is taken for granted in no text."""
LOG_PENALTY, BY_LENGTH, BY_KINSHIP = 3.04, 0.3, 6.0
SHORTEST, LONGEST = 25, 1000
"""Units below and above which a text's length says no more of how long its topics are."""
SHORT, BY_SHORTNESS = 70, 0.5
"""Below so many units topics are shorter still."""
UNSEEN = 20
"""Units that have nothing in common, as many as are thought of beside those of a text: few tell no mean."""
CLEAR, LEAST_CLEAR, BY_CLEARNESS = 0.16, 0.02, 0.25
"""Where neighbours are no more alike than all pairs, as in quick talk, vectors tell less than words."""
HALF = 8
"""Words with which a unit counts half: "Mm-hmm" and "Yeah, right." say nothing of topics."""
LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class Material:
    """n units: sums of vectors that count `sizes` in all, their words, and what scatter is worth."""

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


class Facts(NamedTuple):
    """What is known of a text and what a cut in it must gain."""

    material: Material
    penalty: float


def facts_of(vectors: Doubles, said: Said) -> Facts:
    """Of two units or more; vectors have length 1 or 0."""
    wording = wording_of(said)
    weights = np.maximum(LEAST, wording.lengths / (wording.lengths + HALF))
    weighted = vectors * weights[:, None]
    rows = vectors - weighted.sum(0) / (weights.sum() + UNSEEN)
    rows *= (weights / np.maximum(np.linalg.norm(rows, axis=1), 1e-9))[:, None]
    near, all_pairs = _cosines(weighted, weights)
    clear = min(1.0, max(LEAST_CLEAR, (near - all_pairs) / CLEAR))
    scale = MEANING * clear / (1 - min(CLOSEST, near))
    penalty = _penalty(len(weights), all_pairs) * clear**BY_CLEARNESS
    return Facts(Material(rows, weights, wording, scale), penalty)


def _cosines(weighted: Doubles, weights: Doubles) -> tuple[float, float]:
    """Means of neighbours and of all pairs."""
    near = (weighted[1:] * weighted[:-1]).sum() / (weights[1:] * weights[:-1]).sum()
    whole, own = weighted.sum(0), (weighted * weighted).sum()
    return float(near), float((whole @ whole - own) / (weights.sum() ** 2 - (weights * weights).sum()))


def _penalty(units: int, kinship: float) -> float:
    """The longer a text is and the more alike all of it, the longer are its topics."""
    length = min(max(units, SHORTEST), LONGEST)
    by_length = BY_LENGTH * np.log(length) + BY_SHORTNESS * np.log(min(length / SHORT, 1.0))
    return float(np.exp(LOG_PENALTY + by_length + BY_KINSHIP * kinship))
