"""What a strategy that makes a graph of blocks shows of it."""

from typing import NamedTuple

from models.span import Span


class Edge(NamedTuple):
    """Between two blocks, the earlier first: how near, how alike, and how much the edge counts (0 to 1).

    `linked`: the two belong together whatever their distance.
    """

    first: Span
    second: Span
    near: float
    alike: float
    weight: float
    linked: bool
