"""What is known of units before anything is cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.segmentation.boundaries.vectors import AT_ONCE, Vectors
from services.segmentation.topic.said import Doubles, Integers, Said
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
SEGMENTS = 32
"""Whose rows are summed at once."""


class Rows(NamedTuple):
    """Vectors less what all `shared`, times a factor each: made when asked for, a few at a time.

    So a long text's vectors are held once, as they came.
    """

    vectors: Vectors
    shared: Doubles
    factors: Doubles

    def between(self, start: int, end: int) -> Doubles:
        """The rows of the units from start to end."""
        rows = _doubles(self.vectors, start, end) - self.shared
        rows *= self.factors[start:end, None]
        return rows


class Sums(NamedTuple):
    """Rows as they are."""

    rows: Doubles

    def between(self, start: int, end: int) -> Doubles:
        """The rows from start to end."""
        return self.rows[start:end]


@dataclass(frozen=True, slots=True)
class Material:
    """n units: sums of vectors that count `sizes` in all, their words, and what scatter is worth."""

    rows: Rows | Sums
    sizes: Doubles
    wording: Wording
    scale: float

    def __len__(self) -> int:
        return len(self.sizes)

    def joined(self, starts: Sequence[int]) -> "Material":
        """The units from each start to the next one as one unit."""
        at = np.array(starts, np.int64)
        return Material(
            Sums(self._sums(at)), np.add.reduceat(self.sizes, at), self.wording.joined(at), self.scale
        )

    def _sums(self, starts: Integers) -> Doubles:
        """Of the rows from each start on."""
        found, ends = [], np.append(starts, len(self))
        for first in range(0, len(starts), SEGMENTS):
            own = starts[first : first + SEGMENTS]
            end = ends[first + len(own)]
            found.append(np.add.reduceat(self.rows.between(own[0], end), own - own[0]))
        return np.concatenate(found)


class Facts(NamedTuple):
    """What is known of a text and what a cut in it must gain."""

    material: Material
    penalty: float


def facts_of(vectors: Vectors, said: Said) -> Facts:
    """Of two units or more; vectors have length 1 or 0."""
    wording = wording_of(said)
    weights = np.maximum(LEAST, wording.lengths / (wording.lengths + HALF))
    whole, near, all_pairs = _cosines(vectors, weights)
    clear = min(1.0, max(LEAST_CLEAR, (near - all_pairs) / CLEAR))
    scale = MEANING * clear / (1 - min(CLOSEST, near))
    penalty = _penalty(len(weights), all_pairs) * clear**BY_CLEARNESS
    rows = _rows(vectors, weights, whole / (weights.sum() + UNSEEN))
    return Facts(Material(rows, weights, wording, scale), penalty)


def _rows(vectors: Vectors, weights: Doubles, shared: Doubles) -> Rows:
    """What is left without what all share has the length that is the unit's weight."""
    lengths = [
        np.linalg.norm(_doubles(vectors, start, start + AT_ONCE) - shared, axis=1)
        for start in range(0, len(weights), AT_ONCE)
    ]
    return Rows(vectors, shared, weights / np.maximum(np.concatenate(lengths), 1e-9))


def _cosines(vectors: Vectors, weights: Doubles) -> tuple[Doubles, float, float]:
    """The sum of all, and means of neighbours and of all pairs."""
    whole, own, near = np.zeros(vectors.rows.shape[1]), 0.0, 0.0
    for start in range(0, len(weights), AT_ONCE):
        end = start + AT_ONCE
        weighted = _doubles(vectors, start, end + 1) * weights[start : end + 1, None]
        near += (weighted[1:] * weighted[:-1]).sum()
        whole += weighted[:AT_ONCE].sum(0)
        own += (weighted[:AT_ONCE] * weighted[:AT_ONCE]).sum()
    near /= (weights[1:] * weights[:-1]).sum()
    all_pairs = (whole @ whole - own) / (weights.sum() ** 2 - (weights * weights).sum())
    return whole, float(near), float(all_pairs)


def _doubles(vectors: Vectors, start: int, end: int) -> Doubles:
    return vectors.between(start, end).astype(np.float64)


def _penalty(units: int, kinship: float) -> float:
    """The longer a text is and the more alike all of it, the longer are its topics."""
    length = min(max(units, SHORTEST), LONGEST)
    by_length = BY_LENGTH * np.log(length) + BY_SHORTNESS * np.log(min(length / SHORT, 1.0))
    return float(np.exp(LOG_PENALTY + by_length + BY_KINSHIP * kinship))
