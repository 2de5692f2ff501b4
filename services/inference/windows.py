"""A text in windows, and the sentences between the boundaries that are found in them."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from models.sentence import Sentence
from models.span import Span
from services.inference.boundaries.arrays import Floats, Ints

Boundaries = tuple[Ints, Ints, Floats]
"""Ends, beginnings of what follows, and probabilities, in order."""


class Window(NamedTuple):
    """`text` begins at `seen` and reaches beyond the window, from `first` up to `last`."""

    text: str
    seen: int
    first: int
    last: int

    @property
    def own(self) -> str:
        """The window alone."""
        return self.text[self.first - self.seen : self.last - self.seen]


def windows_of(parts: Iterable[str], size: int, around: int) -> Iterator[Window]:
    """None of them empty; they are the same whatever the parts are. Hardly more than one is held."""
    source, held, seen, first = iter(parts), "", 0, 0
    while True:
        wanted = first + size + around - seen
        held = _filled(held, source, wanted)
        last = min(first + size, seen + len(held))
        if last == first:
            return
        yield Window(held[:wanted], seen, first, last)
        first, kept = last, max(last - around, 0)
        held, seen = held[kept - seen :], kept


def sentences_in(
    windows: Iterable[Window], boundaries_of: Callable[[str], Boundaries], threshold: float
) -> Iterator[Sentence]:
    """Trimmed, sorted and disjoint; `boundaries_of` is given texts that are not blank."""
    begun, ended = -1, 0
    for window in windows:
        own = window.own
        if begun < 0 and not own.isspace():
            begun = window.first + len(own) - len(own.lstrip())
        for end, following, probability in _own_boundaries(window, boundaries_of, threshold):
            yield Sentence(Span(begun, end), probability)
            begun = following
        if not own.isspace():
            ended = window.first + len(own.rstrip())
    if 0 <= begun < ended:
        yield Sentence(Span(begun, ended))


def _filled(held: str, source: Iterator[str], wanted: int) -> str:
    pieces, size = [held], len(held)
    while size < wanted and (part := next(source, None)) is not None:
        pieces.append(part)
        size += len(part)
    return "".join(pieces)


def _own_boundaries(
    window: Window, boundaries_of: Callable[[str], Boundaries], threshold: float
) -> Iterator[tuple[int, int, float]]:
    if window.text.isspace():
        return
    seen = window.seen
    ends, following, probability = boundaries_of(window.text)
    kept = (ends > window.first - seen) & (ends <= window.last - seen) & (probability > threshold)
    yield from zip(
        (ends[kept] + seen).tolist(),
        (following[kept] + seen).tolist(),
        probability[kept].tolist(),
        strict=True,
    )
