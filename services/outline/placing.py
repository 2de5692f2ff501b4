"""Candidates that are parts, with how deep each stands."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.outline.candidates import Candidate, marks_of
from services.outline.lines import Line
from services.outline.sequence import placed


class Part(NamedTuple):
    """A candidate that is a part, and how many parts stand around it."""

    candidate: Candidate
    depth: int


def parts_of(
    text: str, lines: Sequence[Line], candidates: Sequence[Candidate], depth: int = 0
) -> Iterator[Part]:
    """The parts in order; the outermost stand at `depth`."""
    depths: dict[int, int] = {}
    for part in placed(marks_of(text, lines, candidates)):
        own = depths[part.mark] = depth if part.parent is None else depths[part.parent] + 1
        if not candidates[part.mark].ends:
            yield Part(candidates[part.mark], own)
