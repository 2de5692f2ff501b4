"""Sentences of a text, with the probability that each ends where it does."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from models.sentence import Sentence
from services.inference.boundaries.candidates import candidates_of
from services.inference.boundaries.features import Features
from services.inference.onnx import Model
from services.inference.windows import Boundaries, sentences_in, windows_of

THRESHOLD = 0.5
WINDOW = 1 << 18
"""Code points that are split together: words are counted in them, and they bound the memory."""

AROUND = 1 << 12
"""Code points before and after a window that are looked at, too."""
_GLANCE, _LOOK = "glance.onnx", "boundaries.onnx"


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
        glance = _model(_GLANCE)
        at = at[glance.run(features.glance(at))[:, 0] > float(glance.metadata["floor"])]
    found = _model(_LOOK).run(features.rows(at))[:, 0] if at.size else np.zeros(0, np.float32)
    return tokens.end[at], tokens.start[at + 1], found


@cache
def _model(name: str) -> Model:
    """An ensemble that ships with Kerf."""
    return Model(files(__package__).joinpath(name).read_bytes())
