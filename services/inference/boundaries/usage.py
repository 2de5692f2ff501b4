"""How words are usually written, counted in texts: with a capital, before an end mark, after one.

The table ships with Kerf (usage.npy); it holds hashes of words and counts of them, no text.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from services.inference.boundaries.arrays import Bytes, Column, Hashes
from services.inference.boundaries.index import Index

RATIOS = ("case", "ends", "begins")
"""Lower case to capital inside sentences; before a mark to without one; after an end to elsewhere."""
UNKNOWN, LEAST, MOST = 0, 1, 16
USED = (-1, 0, 1, 2)
"""Steps from the token a sentence may end with."""


class Usage:
    """Ratios of words in steps from LEAST to MOST."""

    def __init__(self, words: Hashes, ratios: Bytes) -> None:
        self._index = Index(words)
        self._ratios = np.concatenate([np.zeros((1, len(RATIOS)), np.uint8), ratios])

    def columns(self, words: Hashes) -> dict[str, Column]:
        """The ratios of words, [tokens, candidates]; UNKNOWN where there is none."""
        found: dict[str, Column] = {}
        for step, row in zip(USED, words, strict=True):
            ratios = self._ratios[self._index.find(row)]
            found |= {f"{name}{step:+d}": ratios[:, at] for at, name in enumerate(RATIOS)}
        return found


@cache
def shipped() -> Usage:
    """The table that ships with Kerf."""
    data = files(__package__).joinpath("usage.npy").read_bytes()
    table = np.load(BytesIO(data), allow_pickle=False)
    return Usage(np.ascontiguousarray(table["word"]), np.stack([table[name] for name in RATIOS], 1))
