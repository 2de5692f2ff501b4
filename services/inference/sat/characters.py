"""Sentences of the code points after which they probably end."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models.sentence import Sentence
from models.span import Span
from services.inference.sat.gaps import Gap


class Boundary(NamedTuple):
    """Between two sentences; the first one of a text ends nothing, the last one is its end."""

    end: int
    following: int
    """The next code point that is not white space."""
    probability: float
    is_required: bool = False


def with_gaps(boundaries: Iterable[Boundary], gaps: deque[Gap]) -> Iterator[Boundary]:
    """Those of the gaps, too: required where a line ends, improbable elsewhere.

    `gaps` may grow while the boundaries are read.
    """
    for boundary in boundaries:
        while gaps and gaps[0].start < boundary.end:
            yield _of_gap(gaps.popleft())
        same = gaps.popleft() if gaps and gaps[0].start == boundary.end else None
        yield _of_gap(same) if same is not None and same.ends_line else boundary


def _of_gap(gap: Gap) -> Boundary:
    return Boundary(gap.start, gap.stop, float(gap.ends_line), gap.ends_line)


def sentences_between(boundaries: Iterator[Boundary]) -> Iterator[Sentence]:
    """The sentences of a text that is cut there."""
    begun = 0
    for number, boundary in enumerate(boundaries):
        if number:
            yield Sentence(Span(begun, boundary.end), boundary.probability)
        begun = boundary.following
