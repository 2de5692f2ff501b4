"""Sentences of a text whose marks, capitals or lines cannot be trusted, with the probability of each end."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from models.sentence import Sentence
from services.inference.boundaries.arrays import Floats, Ints
from services.inference.characters.features import seen_of
from services.inference.onnx import Model
from services.inference.windows import Boundaries, sentences_in, windows_of

THRESHOLD = 0.5
WINDOW = 1 << 16
"""Code points that are split together: they bound the memory."""

AROUND = 1 << 11
"""Code points before and after a window that are looked at, too."""
_STRIDE = 1 << 10
"""Words that the network is given at a time."""


def sentences(text: str, threshold: float | None = None) -> Iterator[Sentence]:
    """Trimmed, sorted and disjoint; between them is white space alone. A higher threshold gives fewer.

    A word is cut only where its script has no spaces.
    """
    return sentences_of((text[at : at + WINDOW] for at in range(0, len(text), WINDOW)), threshold)


def sentences_of(parts: Iterable[str], threshold: float | None = None) -> Iterator[Sentence]:
    """The same of a text that comes in parts: hardly more of it than a window is held."""
    least = THRESHOLD if threshold is None else threshold
    return sentences_in(windows_of(parts, WINDOW, AROUND), boundaries_of, least)


def boundaries_of(text: str) -> Boundaries:
    """Each word but the last, in a text of fewer than 2**21 code points that is not blank."""
    words, rows = seen_of(text)
    return words.end[:-1], words.start[1:], _probabilities(rows)[:-1]


def _probabilities(rows: Ints) -> Floats:
    """Of each word, that a sentence ends after it; the same in every stride."""
    model = _model()
    reach = int(model.metadata["reach"])
    found = np.empty(len(rows), np.float32)
    for first in range(0, len(rows), _STRIDE):
        seen, last = max(first - reach, 0), min(first + _STRIDE, len(rows))
        answers = model.run(rows[seen : last + reach].astype(np.float32))
        found[first:last] = answers[first - seen : last - seen]
    return found


@cache
def _model() -> Model:
    return Model(files(__package__).joinpath("characters.onnx").read_bytes())
