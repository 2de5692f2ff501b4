"""Vectors of texts as sums of vectors of their subwords, which were learned from MiniLM: no network runs.

What stands between blanks is split into subwords once and remembered; the table holds whole numbers of
8 bits, a scale a row.
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
_REMEMBERED = 1 << 19
"""Code points of what stood between blanks."""
_AT_ONCE = 1 << 12
"""Subwords whose vectors are held at once."""


class Static:
    """A row and a scale for each subword."""

    def __init__(self, rows: npt.NDArray[np.int8], scales: Floats, subwords: Subwords) -> None:
        self._rows = rows * scales[:, None]
        self._subwords = subwords
        self._around = len(subwords.before), len(subwords.after)
        self._known: dict[str, tuple[int, ...]] = {}
        self._held = 0

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
        runs = text.split()
        try:
            return list(chain.from_iterable(map(self._known.__getitem__, runs)))
        except KeyError:
            self._learn(runs)
        return list(chain.from_iterable(map(self._known.__getitem__, runs)))

    def _learn(self, runs: Sequence[str]) -> None:
        """What a text has between blanks and is not known yet."""
        if self._held > _REMEMBERED:
            self._known.clear()
            self._held = 0
        new = [run for run in dict.fromkeys(runs) if run not in self._known]
        words = [_WORD.findall(run) for run in new]
        listed = list(dict.fromkeys(chain.from_iterable(words)))
        before, after = self._around
        ids = {
            word: found[before : len(found) - after]
            for word, found in zip(listed, self._subwords.of(listed), strict=True)
        }
        for run, own in zip(new, words, strict=True):
            self._known[run] = tuple(chain.from_iterable(map(ids.__getitem__, own)))
        self._held += sum(map(len, new))


def static() -> Static:
    """The one that ships with Kerf; ModelError."""
    folder = Path(__file__).parent
    rows, scales = np.load(folder / ROWS), np.load(folder / SCALES).astype(np.float32)
    return Static(rows, scales, Subwords(minilm_tokenizer().read_bytes(), LONGEST_WORD))
