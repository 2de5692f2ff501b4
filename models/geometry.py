"""Rectangles on a page: points (1/72 inch), origin at the top left of the page rotated upright."""

from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """Left, top, right and bottom edge."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Points from the left to the right edge."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Points from the top to the bottom edge."""
        return self.y1 - self.y0

    def rounded(self, digits: int = 2) -> "Box":
        """The box as it goes over the wire."""
        return Box(*(round(edge, digits) for edge in self))

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside, not on the rim."""
        return self.x0 < x < self.x1 and self.y0 < y < self.y1

    def contains(self, other: "Box", slack: float = 0.0) -> bool:
        """Whether `other` lies inside, give or take `slack` points."""
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and other.x1 <= self.x1 + slack
            and other.y1 <= self.y1 + slack
        )


def bounds(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them; ValueError when there are none."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))
