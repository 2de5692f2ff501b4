"""Rulings of a page: thin rectangles and the edges of thick ones, put together to straight lines."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.geometry import Box
from services.extraction.pdf_rules import THIN

_INSET = 6.5
"""Points: a shade in a cell ends so far from the cell's lines at most."""

_JOINT = 4.0
_ALONG = 0.8
_SHORTEST = 8.0
_MOST = 4000


class Rule(NamedTuple):
    """A straight line: its position across, where it starts and ends along, and how thick it is."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        """Points from end to end."""
        return self.end - self.start


class Rules(NamedTuple):
    """Horizontal lines (at a y, from x to x) and vertical ones (at an x, from y to y)."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]


def rules_of(boxes: Sequence[Box], page: Box) -> Rules:
    """The lines that the drawn boxes make; none where there is more than any table has.

    Edges of shades count, except along a line: that is the side of the cell.
    """
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    shades: list[Box] = []
    for box in boxes if len(boxes) <= _MOST else ():
        if box.height <= THIN and box.width > box.height:
            horizontal.append(Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
        elif box.width <= THIN:
            vertical.append(Rule((box.x0 + box.x1) / 2, box.y0, box.y1))
        elif box.width < 0.95 * page.width or box.height < 0.95 * page.height:
            shades.append(box)
    horizontal, vertical = _joined(horizontal), _joined(vertical)
    across = [Rule(y, box.x0, box.x1) for box in shades for y in (box.y0, box.y1)]
    down = [Rule(x, box.y0, box.y1) for box in shades for x in (box.x0, box.x1)]
    horizontal += _apart(across, horizontal)
    vertical += _apart(down, vertical)
    return Rules(tuple(_joined(horizontal)), tuple(_joined(vertical)))


def _apart(edges: Iterable[Rule], lines: Sequence[Rule]) -> list[Rule]:
    """The edges that no line goes along."""
    return [e for e in edges if covered(lines, e.at, e.start, e.end, _INSET) < _ALONG]


def covered(rules: Iterable[Rule], at: float, start: float, end: float, slack: float = THIN) -> float:
    """The share of `start..end` that rules at about that position cover."""
    length = 0.0
    position = start
    near = (rule for rule in rules if abs(rule.at - at) <= slack)
    for rule in sorted(near, key=lambda rule: rule.start):
        length += max(0.0, min(rule.end, end) - max(rule.start, position))
        position = max(position, min(rule.end, end))
    return length / (end - start) if end > start else 0.0


def positions(values: Iterable[float], apart: float = THIN) -> list[float]:
    """The values with near ones as one, at their mean, in order."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= apart:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces of one line as one line; what stays too short is no rule."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules):
        if groups and rule.at - groups[-1][-1].at <= THIN / 2:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [rule for group in groups for rule in _along(group) if rule.length >= _SHORTEST]


def _along(group: Sequence[Rule]) -> list[Rule]:
    joined: list[Rule] = []
    for rule in sorted(group, key=lambda rule: rule.start):
        if joined and rule.start - joined[-1].end <= _JOINT:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, rule.end))
        else:
            joined.append(rule)
    return joined
