"""Running text, which is no table: lines of one column that fill it."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from services.extraction.frames import Placed

_LEAST_LINES = 3
_LEAST_WIDTH = 14.0
_FULL = 0.8
_FULL_SHARE = 0.6
_WIDE_GAP = 1.6
_GAP = 1.2
_BESIDE = 100
"""So many stacks at most stand beside each other: lines in one place must not take squared time."""


def without_prose(lines: Sequence[Placed]) -> list[Placed]:
    """The lines that are not part of a paragraph: three lines or more, most of them of full width."""
    prose: set[int] = set()
    for group in _stacks(lines):
        if _is_prose(group):
            prose.update(line.rank for line in group)
    return [line for line in lines if line.rank not in prose]


def _stacks(lines: Sequence[Placed]) -> list[list[Placed]]:
    """Lines under each other with about the same left edge and the same size, closely spaced."""
    stacks: list[list[Placed]] = []
    near: list[list[Placed]] = []
    tallest = max((line.box.height for line in lines), default=0.0)
    for line in sorted(lines, key=lambda line: (line.box.y0, line.box.x0)):
        near = [stack for stack in near[-_BESIDE:] if line.box.y0 - stack[-1].box.y1 < _GAP * tallest]
        fitting = [stack for stack in near if _follows(stack[-1], line)]
        if fitting:
            min(fitting, key=lambda stack: abs(stack[-1].box.x0 - line.box.x0)).append(line)
        else:
            stacks.append([line])
            near.append(stacks[-1])
    return [stack for stack in stacks if len(stack) >= _LEAST_LINES]


def _follows(above: Placed, line: Placed) -> bool:
    height = max(above.box.height, line.box.height)
    gap = line.box.y0 - above.box.y1
    return (
        -0.5 * height < gap < _GAP * height
        and abs(above.box.x0 - line.box.x0) < 3 * height
        and abs(above.line.style.size - line.line.style.size) <= 1
    )


def _is_prose(stack: Sequence[Placed]) -> bool:
    height = median(line.box.height for line in stack)
    right = max(line.box.x1 for line in stack)
    left = min(line.box.x0 for line in stack)
    full = sum(line.box.width >= _FULL * (right - left) for line in stack)
    tight = sum(_is_tight(line) for line in stack)
    return (
        right - left >= _LEAST_WIDTH * height
        and full >= _FULL_SHARE * len(stack)
        and tight >= 0.9 * len(stack)
    )


def _is_tight(line: Placed) -> bool:
    words = line.line.words
    gaps = (b.box.x0 - a.box.x1 for a, b in pairwise(words))
    return line.line.turn % 2 == 1 or max(gaps, default=0.0) < _WIDE_GAP * line.box.height
