"""What MiniLM says of texts, to be learned from.

`python -m tests.bench.embedding.teach --data FOLDER --out FILE`: vectors of texts of both halves, and of each
subword the mean of what the last layer made of it in the first.
"""

import argparse
from pathlib import Path
from typing import TypeVar

import numpy as np

from services.inference.boundaries.arrays import Floats, Longs
from services.inference.embedding.embedder import Embedder, embedder
from services.inference.embedding.weights import FORM
from tests.bench.embedding.texts import sets

OF_EACH = 5000
"""Texts of each set to learn from; a twentieth of that to measure with."""
_AT_ONCE = 512
T = TypeVar("T")


def main() -> None:
    """Run, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    network = embedder(Path())
    sums, counts = np.zeros((FORM.words, FORM.width), np.float32), np.zeros(FORM.words, np.int64)
    learned = [text for found in sets(arguments.data, 0, OF_EACH) for text in found.texts]
    rows = [_taught(network, texts, sums, counts) for texts in _parts(learned)]
    held = [(found.name, text) for found in sets(arguments.data, 1, OF_EACH // 20) for text in found.texts]
    np.savez(
        arguments.out,
        texts=np.array(learned),
        rows=np.concatenate(rows).astype(np.float16),
        sums=sums,
        counts=counts,
        alone=_alone(network).astype(np.float16),
        held_sets=np.array([name for name, _ in held]),
        held_texts=np.array([text for _, text in held]),
        held_rows=network.embed([text for _, text in held]).astype(np.float16),
    )


def _parts(texts: list[T]) -> list[list[T]]:
    return [texts[first : first + _AT_ONCE] for first in range(0, len(texts), _AT_ONCE)]


def _taught(network: Embedder, texts: list[str], sums: Floats, counts: Longs) -> Floats:
    """The vectors of some texts; what was said of their subwords is added up."""
    ids = network.subwords.of(texts)
    states = network.states(ids)
    for text, rows in zip(ids, states, strict=True):
        np.add.at(sums, text, rows)
        np.add.at(counts, text, 1)
    means = np.stack([rows.mean(0) for rows in states])
    found: Floats = means / np.linalg.norm(means, axis=1, keepdims=True)
    return found


def _alone(network: Embedder) -> Floats:
    """What the network says of each subword by itself, a row each."""
    first, last = network.subwords.of([""])[0]
    ids = [[first, word, last] for word in range(FORM.words)]
    return np.concatenate([np.stack([rows.mean(0) for rows in network.states(part)]) for part in _parts(ids)])


if __name__ == "__main__":
    main()
