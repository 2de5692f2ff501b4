"""Lines seen in the direction they are read: text that runs up or down the page is laid flat."""

from collections.abc import Sequence
from typing import NamedTuple

from models.geometry import Box, bounds
from services.extraction.raw import RawLine
from services.extraction.scripts import runs_leftward


class Placed(NamedTuple):
    """A line, its place in the content stream, and its box in the frame in which it runs left to right."""

    line: RawLine
    rank: int
    box: Box


def placed(lines: Sequence[RawLine]) -> list[list[Placed]]:
    """The lines by direction, the direction of most words first."""
    frames: dict[int, list[Placed]] = {}
    for rank, line in enumerate(lines):
        frames.setdefault(line.turn, []).append(Placed(line, rank, flat(line.box, line.turn)))
    return sorted(frames.values(), key=_word_count, reverse=True)


def in_order(frames: Sequence[list[Placed]]) -> list[list[Placed]]:
    """The main text, then what runs in other directions; but first what stands above all of the main text."""
    if not frames:
        return []
    main, *others = frames
    top = min((word.box.y0 for item in main for word in item.line.words), default=0.0)
    above = [[item for item in frame if item.line.box.y1 <= top] for frame in others]
    rest = [[item for item in frame if item.line.box.y1 > top] for frame in others]
    return [frame for frame in (*above, main, *rest) if frame]


def as_read(items: Sequence[Placed]) -> list[Placed]:
    """Lines of a script that runs from right to left are mirrored, so that they too begin on the left."""
    if not runs_leftward(word.text for item in items for word in item.line.words):
        return list(items)
    return [item._replace(box=mirrored(item.box)) for item in items]


def mirrored(box: Box) -> Box:
    """The box with left and right exchanged."""
    return Box(-box.x1, box.y0, -box.x0, box.y1)


def around(items: Sequence[Placed]) -> Box:
    """The box around all of them in their frame."""
    return bounds([item.box for item in items])


def _word_count(items: Sequence[Placed]) -> int:
    return sum(len(item.line.words) for item in items)


def flat(box: Box, turn: int) -> Box:
    """The box in the frame of lines with so many quarter turns."""
    if turn == 1:
        return Box(box.y0, -box.x1, box.y1, -box.x0)
    if turn == 2:  # noqa: PLR2004  upside down
        return Box(-box.x1, -box.y1, -box.x0, -box.y0)
    if turn == 3:  # noqa: PLR2004  running upwards
        return Box(-box.y1, box.x0, -box.y0, box.x1)
    return box
