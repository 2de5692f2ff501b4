"""Sentences of a text, with the probability that each ends where it does."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from models.sentence import Sentence
from services.inference.boundaries.arrays import Floats
from services.inference.boundaries.candidates import candidates_of
from services.inference.boundaries.features import Features
from services.inference.boundaries.glance import Glance, sigmoid
from services.inference.boundaries.usage import shipped
from services.inference.onnx import Model
from services.inference.windows import Boundaries, sentences_in, windows_of

THRESHOLD = 0.5
WINDOW = 1 << 18
"""Code points that are split together: words are counted in them, and they bound the memory."""

AROUND = 1 << 12
"""Code points before and after a window that are looked at, too."""
_GLANCE, _EARLY, _LATE = "glance.npy", "early.onnx", "late.onnx"


def sentences(text: str, threshold: float | None = None) -> Iterator[Sentence]:
    """Trimmed, sorted and disjoint; between them is white space alone. A higher threshold gives fewer."""
    return sentences_of((text[at : at + WINDOW] for at in range(0, len(text), WINDOW)), threshold)


def sentences_of(parts: Iterable[str], threshold: float | None = None) -> Iterator[Sentence]:
    """The same of a text that comes in parts: not more of it than a window is held."""
    least = THRESHOLD if threshold is None else threshold
    return sentences_in(windows_of(parts, WINDOW, AROUND), boundaries_of, least)


def boundaries_of(text: str) -> Boundaries:
    """Those that the first look has left, in a text of fewer than 2**21 code points that is not blank."""
    features = Features.of(text)
    tokens, at = features.tokens, candidates_of(features.tokens)
    if at.size:
        at = at[_glance().keeps(features.cells(at))]
    found = _looked(features.rows(at, shipped())) if at.size else np.zeros(0, np.float32)
    return tokens.end[at], tokens.start[at + 1], found


def _looked(rows: Floats) -> Floats:
    """Probabilities; the later trees are asked where the early ones are unsure."""
    early, late = _trees(_EARLY), _trees(_LATE)
    scores = early.run(rows)[:, 0]
    unsure = np.flatnonzero(np.abs(scores) < float(early.metadata["sure"]))
    if unsure.size:
        scores[unsure] += late.run(rows[unsure])[:, 0]
    return sigmoid(scores)


@cache
def _glance() -> Glance:
    weights = np.load(BytesIO(_shipped(_GLANCE)), allow_pickle=False)
    return Glance(weights[:-1], float(weights[-1]))


@cache
def _trees(name: str) -> Model:
    return Model(_shipped(name))


def _shipped(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
