"""Rows of embeddings; equal texts have one."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
AT_ONCE = 1 << 12


class Vectors(NamedTuple):
    """Text i has the row `rows[of[i]]`, of length 1 or zero."""

    rows: Floats
    of: npt.NDArray[np.int64]

    def between(self, start: int, end: int) -> Floats:
        """The rows of the texts from start to end."""
        return self.rows[self.of[start:end]]

    def neighbours(self) -> Doubles:
        """Cosines of each text and the next one, to six digits: what is smaller is the machine's noise."""
        found = [np.zeros(0)]
        for start in range(0, len(self.of) - 1, AT_ONCE):
            rows = self.between(start, start + AT_ONCE + 1).astype(np.float64)
            found.append((rows[:-1] * rows[1:]).sum(1))
        cosines: Doubles = np.concatenate(found).round(6)
        return cosines

    def mean(self) -> float:
        """Mean cosine of all pairs of two texts or more."""
        counts = np.bincount(self.of, minlength=len(self.rows))
        total, own = np.zeros(self.rows.shape[1]), 0.0
        for start in range(0, len(self.rows), AT_ONCE):
            rows, times = (
                self.rows[start : start + AT_ONCE].astype(np.float64),
                counts[start : start + AT_ONCE],
            )
            total += times @ rows
            own += float(times @ (rows * rows).sum(1))
        n = len(self.of)
        return (float(total @ total) - own) / (n * (n - 1))


def vectors_of(texts: Sequence[str], embed: Callable[[Sequence[str]], Floats]) -> Vectors:
    """Each text once through the embedder."""
    known = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return Vectors(embed(list(known)), np.array([known[text] for text in texts], np.int64))
