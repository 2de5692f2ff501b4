"""Sentences of a text, with the probability that each ends where it does."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from models.sentence import Sentence
from models.span import Span
from services.inference.boundaries.arrays import Floats, Ints
from services.inference.boundaries.candidates import candidates_of
from services.inference.boundaries.features import Features
from services.inference.onnx import Model

THRESHOLD = 0.5
WINDOW = 1 << 18
"""Code points that are split together: words are counted in them, and they bound the memory."""

_AROUND = 1 << 12
"""Code points before and after a window that are looked at, too."""
_GLANCE, _LOOK = "glance.onnx", "boundaries.onnx"


class Boundaries(NamedTuple):
    """Candidates that the first look has left, in order."""

    end: Ints
    """Code point after the last one of the sentence."""
    following: Ints
    """First code point of the next one."""
    probability: Floats


def sentences(text: str, threshold: float = THRESHOLD) -> Iterator[Sentence]:
    """Trimmed, sorted and disjoint; between them is white space alone. A higher threshold gives fewer."""
    begun = len(text) - len(text.lstrip())
    for end, following, probability in _candidates(text):
        if probability > threshold:
            yield Sentence(Span(begun, end), probability)
            begun = following
    if begun < len(text):
        yield Sentence(Span(begun, len(text.rstrip())), 1.0)


def boundaries_of(text: str) -> Boundaries:
    """The boundaries of a text of fewer than 2**21 code points that is not blank."""
    features = Features.of(text)
    tokens, at = features.tokens, candidates_of(features.tokens)
    if at.size:
        glance = _model(_GLANCE)
        at = at[glance.run(features.glance(at))[:, 0] > float(glance.metadata["floor"])]
    found = _model(_LOOK).run(features.rows(at))[:, 0] if at.size else np.zeros(0, np.float32)
    return Boundaries(tokens.end[at], tokens.start[at + 1], found)


@cache
def _model(name: str) -> Model:
    """An ensemble that ships with Kerf."""
    return Model(files(__package__).joinpath(name).read_bytes())


def _candidates(text: str) -> Iterator[tuple[int, int, float]]:
    """End, beginning of what follows, and probability; window by window."""
    for first in range(0, len(text), WINDOW):
        last, seen = min(first + WINDOW, len(text)), max(first - _AROUND, 0)
        window = text[seen : last + _AROUND]
        if window.isspace():
            continue
        found = boundaries_of(window)
        kept = (found.end > first - seen) & (found.end <= last - seen)
        ends, following = (found.end[kept] + seen).tolist(), (found.following[kept] + seen).tolist()
        yield from zip(ends, following, found.probability[kept].tolist(), strict=True)
