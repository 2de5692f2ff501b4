"""Two ways to find chunks: BM25 over words, and the embedder that ships with Kerf."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.inference.embedding.embedder import Embedder, embedder
from tests.bench.code.queries import words_of

_K1, _B = 1.2, 0.75
Scores = npt.NDArray[np.float32]


class Words:
    """BM25."""

    def __init__(self, texts: Sequence[str]) -> None:
        chunks = [words_of(text) for text in texts]
        self._number = len(chunks)
        lengths = np.array([len(words) for words in chunks], np.float32)
        self._norm = _K1 * (1 - _B + _B * lengths / lengths.mean())
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for index, words in enumerate(chunks):
            for word, count in Counter(words).items():
                places[word].append((index, count))
        self._places = {word: np.array(found) for word, found in places.items()}

    def scores(self, said: str) -> Scores:
        """Of every chunk."""
        scores = np.zeros(self._number, np.float32)
        for word in set(words_of(said)):
            if word in self._places:
                index, count = self._places[word].T
                rarity = math.log(1 + (self._number - len(index) + 0.5) / (len(index) + 0.5))
                scores[index] += rarity * count * (_K1 + 1) / (count + self._norm[index])
        return scores


class Vectors:
    """Cosines of all-MiniLM-L6-v2."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._rows = _embedder().embed(texts)

    def scores(self, said: str) -> Scores:
        """Of every chunk."""
        found: Scores = self._rows @ _of_query(said)
        return found


@cache
def _embedder() -> Embedder:
    return embedder(Path("no-models-here"))


@cache
def _of_query(said: str) -> Scores:
    found: Scores = _embedder().embed([said])[0]
    return found
