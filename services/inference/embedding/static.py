"""Vectors of texts as sums of vectors of their subwords, which were learned from MiniLM: no network runs.

Words are split into subwords once and remembered; the table holds whole numbers of 8 bits, a scale a row.
"""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.inference.boundaries.arrays import Floats
from services.inference.embedding.pooling import unit
from services.inference.embedding.subwords import Subwords
from services.inference.weights import minilm_tokenizer

ROWS, SCALES = "static.npy", "static-scales.npy"
LONGEST_WORD = 128
"""Subwords; a word has 64 characters at most."""
_WORD = re.compile(r"\w{1,64}|[^\w\s]")
_REMEMBERED = 1 << 16
"""Words."""
_AT_ONCE = 1 << 12
"""Subwords whose vectors are held at once."""


class Static:
    """A row and a scale for each subword."""

    def __init__(self, rows: npt.NDArray[np.int8], scales: Floats, subwords: Subwords) -> None:
        self._rows = rows * scales[:, None]
        self._subwords = subwords
        self._around = len(subwords.before), len(subwords.after)
        self._known: dict[str, tuple[int, ...]] = {}

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 a text; zeros for one without words."""
        found = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for i, text in enumerate(texts):
            ids = self.ids(text)
            for first in range(0, len(ids), _AT_ONCE):
                found[i] += self._rows[ids[first : first + _AT_ONCE]].sum(0)
        return unit(found)

    def ids(self, text: str) -> list[int]:
        """The subwords of a text, without special ones."""
        words = _WORD.findall(text)
        try:
            return list(chain.from_iterable(map(self._known.__getitem__, words)))
        except KeyError:
            self._learn(words)
        return list(chain.from_iterable(map(self._known.__getitem__, words)))

    def _learn(self, words: Sequence[str]) -> None:
        """Words of a text that are not known yet."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        before, after = self._around
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        for word, ids in zip(new, self._subwords.of(new), strict=True):
            self._known[word] = tuple(ids[before : len(ids) - after])


def static() -> Static:
    """The one that ships with Kerf; ModelError."""
    folder = Path(__file__).parent
    rows, scales = np.load(folder / ROWS), np.load(folder / SCALES).astype(np.float32)
    return Static(rows, scales, Subwords(minilm_tokenizer().read_bytes(), LONGEST_WORD))
