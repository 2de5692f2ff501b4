"""Writes the table of the static embedder.

`OMP_NUM_THREADS=1 python -m tests.bench.embedding.learn --taught FILE [--epochs 14]`, FILE by teach.py.
A subword begins as the mean of what MiniLM made of it in context (with three times what it says of it
alone), less the mean of all, weighted by how rare it is (SIF, Arora et al. 2017), on the main axes of vectors
of texts. Then all rows are learned (Adam): that cosines between texts are those of MiniLM's vectors, and a
little that the vectors are. Needs scipy.
"""

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse

from services.inference.boundaries.arrays import Floats, Longs
from services.inference.embedding import static
from services.inference.embedding.pooling import unit
from services.inference.embedding.subwords import Subwords
from services.inference.embedding.weights import FORM
from services.inference.weights import minilm_tokenizer

SIZE = 256
"""Numbers of a vector."""
SEED = 0
RARE = 1e-3
ALONE, COMMON = 3, 0.2
"""How often a subword alone counts; how much of the mean of all is left."""
BATCH, GROUPS = 1024, 4
"""Texts, and kinds of texts among them: those of one kind are harder to tell apart."""
RATE, OWN, DECAY, DECAY_SQUARES = 0.005, 0.3, 0.9, 0.99
"""`OWN`: how much it matters what the vectors are, beside their cosines."""
_LEAST = 1e-6
_MOST = 127


class Texts(NamedTuple):
    """Shares of subwords in each text, and the vectors to be learned."""

    shares: Any
    rows: Floats


def main() -> None:
    """Learn, round, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--taught", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=14)
    arguments = parser.parse_args()
    taught = np.load(arguments.taught)
    vectors = taught["rows"].astype(np.float32)
    axes = np.linalg.svd(vectors[::4], full_matrices=False)[2][:SIZE].T
    texts = Texts(shares_of(taught["texts"].tolist()), unit(vectors @ axes))
    table = _learned(_first(taught) @ axes, texts, vectors, arguments.epochs)
    scales = np.maximum(np.abs(table).max(1), _LEAST) / _MOST
    folder = Path(static.__file__).parent
    np.save(folder / static.ROWS, np.rint(table / scales[:, None]).astype(np.int8))
    np.save(folder / static.SCALES, scales.astype(np.float16))


def shares_of(texts: list[str]) -> Any:
    """A sparse row a text: how much of it each subword is."""
    empty = static.Static(np.zeros((1, 1), np.int8), np.ones(1, np.float32), _subwords())
    ids = [empty.ids(text) for text in texts]
    sizes = np.array([len(found) for found in ids])
    values = np.repeat(1 / np.maximum(sizes, 1), sizes).astype(np.float32)
    columns = np.concatenate([np.array(found, np.int64) for found in ids])
    made = scipy.sparse.csr_matrix(
        (values, columns, np.concatenate(([0], sizes.cumsum()))), (len(ids), FORM.words)
    )
    made.sum_duplicates()
    return made


def _subwords() -> Subwords:
    return Subwords(minilm_tokenizer().read_bytes(), static.LONGEST_WORD)


def _first(taught: Any) -> Floats:
    """What each subword begins as."""
    sums, counts = taught["sums"], taught["counts"][:, None]
    mean = sums.sum(0) / counts.sum()
    own = (sums + ALONE * taught["alone"].astype(np.float32)) / (counts + ALONE)
    rarity = RARE / (RARE + (counts + 1) / (counts.sum() + FORM.words))
    table = (own - (1 - COMMON) * mean) * rarity
    found: Floats = (table / np.sqrt((table**2).sum(1).mean())).astype(np.float32)
    return found


def _learned(table: Floats, texts: Texts, vectors: Floats, epochs: int) -> Floats:
    random = np.random.default_rng(SEED)
    size = BATCH // GROUPS
    groups = [np.arange(first, first + 2 * size) for first in range(0, len(vectors) - 2 * size, size)]
    steps = epochs * (len(groups) // GROUPS)
    adam = _Adam(table, steps)
    for _ in range(epochs):
        order = random.permutation(len(groups))
        for first in range(0, len(order) - GROUPS + 1, GROUPS):
            chosen = [random.choice(groups[i], size, replace=False) for i in order[first : first + GROUPS]]
            batch = np.concatenate(chosen)
            shares = texts.shares[batch]
            used = np.unique(shares.indices)
            slope = _slope(shares @ adam.table, vectors[batch], texts.rows[batch])
            adam.step(used, (shares.T @ slope)[used])
    return adam.table


def _slope(sums: Floats, vectors: Floats, own: Floats) -> Floats:
    """Of the loss: (cosine − wanted cosine)² over pairs of texts, and −cosine with the wanted vector."""
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), _LEAST)
    rows = sums / lengths
    off = rows @ rows.T - vectors @ vectors.T
    np.fill_diagonal(off, 0)
    slope = 4 * (off @ rows) / len(rows) - OWN * own
    found: Floats = (slope - rows * (rows * slope).sum(1, keepdims=True)) / lengths / len(rows)
    return found


class _Adam:
    """Steps of all rows; those of rare subwords are smaller, one number a row tells how steep it is."""

    def __init__(self, table: Floats, steps: int) -> None:
        self.table = table.astype(np.float32)
        self._means = np.zeros_like(self.table)
        self._squares = np.zeros((len(table), 1), np.float32)
        self._steps = steps
        self._step = 0

    def step(self, used: Longs, slope: Floats) -> None:
        """Downhill, slower and slower; rows that are not used stay."""
        self._step += 1
        rate = RATE * (1 - self._step / (self._steps + 1))
        self._means[used] = DECAY * self._means[used] + (1 - DECAY) * slope
        squares = (slope**2).mean(1, keepdims=True)
        self._squares[used] = DECAY_SQUARES * self._squares[used] + (1 - DECAY_SQUARES) * squares
        share = 1 - DECAY_SQUARES**self._step
        steep = np.sqrt(self._squares[used] / share) + np.sqrt(self._squares.mean() / share)
        self.table[used] -= rate * self._means[used] / (steep + np.finfo(np.float32).tiny)


if __name__ == "__main__":
    main()
