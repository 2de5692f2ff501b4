"""Sentences of a text, with the probability that each ends where it does."""

from collections.abc import Iterable, Iterator
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


class _Window(NamedTuple):
    """`text` begins at `seen` and reaches beyond the window, from `first` up to `last`."""

    text: str
    seen: int
    first: int
    last: int

    @property
    def own(self) -> str:
        """The window alone."""
        return self.text[self.first - self.seen : self.last - self.seen]


class Boundaries(NamedTuple):
    """Candidates that the first look has left, in order."""

    end: Ints
    """Code point after the last one of the sentence."""
    following: Ints
    """First code point of the next one."""
    probability: Floats


def sentences(text: str, threshold: float | None = None) -> Iterator[Sentence]:
    """Trimmed, sorted and disjoint; between them is white space alone. A higher threshold gives fewer."""
    return sentences_of((text[at : at + WINDOW] for at in range(0, len(text), WINDOW)), threshold)


def sentences_of(parts: Iterable[str], threshold: float | None = None) -> Iterator[Sentence]:
    """The same of a text that comes in parts: not more of it than a window is held."""
    least = THRESHOLD if threshold is None else threshold
    begun, ended = -1, 0
    for window in _windows(parts):
        own = window.own
        if begun < 0 and not own.isspace():
            begun = window.first + len(own) - len(own.lstrip())
        for end, following, probability in _candidates(window):
            if probability > least:
                yield Sentence(Span(begun, end), probability)
                begun = following
        if not own.isspace():
            ended = window.first + len(own.rstrip())
    if 0 <= begun < ended:
        yield Sentence(Span(begun, ended))


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


def _windows(parts: Iterable[str]) -> Iterator[_Window]:
    """None of them empty; they are the same whatever the parts are."""
    source, held, seen, first = iter(parts), "", 0, 0
    while True:
        wanted = first + WINDOW + _AROUND - seen
        held = _filled(held, source, wanted)
        last = min(first + WINDOW, seen + len(held))
        if last == first:
            return
        yield _Window(held[:wanted], seen, first, last)
        first, kept = last, max(last - _AROUND, 0)
        held, seen = held[kept - seen :], kept


def _filled(held: str, source: Iterator[str], wanted: int) -> str:
    pieces, size = [held], len(held)
    while size < wanted and (part := next(source, None)) is not None:
        pieces.append(part)
        size += len(part)
    return "".join(pieces)


def _candidates(window: _Window) -> Iterator[tuple[int, int, float]]:
    """End, beginning of what follows, and probability."""
    if window.text.isspace():
        return
    found, seen = boundaries_of(window.text), window.seen
    kept = (found.end > window.first - seen) & (found.end <= window.last - seen)
    ends, following = (found.end[kept] + seen).tolist(), (found.following[kept] + seen).tolist()
    yield from zip(ends, following, found.probability[kept].tolist(), strict=True)
