"""The rectangles and straight lines that a page draws, and whether they are worth looking for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.geometry import Box, bounds
from services.extraction.raw import RawLine

_VECTOR = 3
_STRAIGHT = "is-rect: true"
_STROKED = "<vector stroked"
_WHITE = "color: #ffffff"
_MOST_PATHS = 3000
_LEVEL = 0.5
_LEAST_PAIRS = 2
_TOUCH = 1.0

THIN = 4.0
"""Points: what is thinner is a line."""

Matrix = tuple[float, float, float, float, float, float]
Path = Mapping[str, Any]


def stand_side_by_side(lines: Sequence[RawLine]) -> bool:
    """Whether lines of one direction stand beside each other at two places or more, as cells do."""
    pairs = 0
    above: RawLine | None = None
    for line in sorted(lines, key=_across):
        pairs += above is not None and above.turn == line.turn and _shared(above, line)
        above = line
        if pairs >= _LEAST_PAIRS:
            return True
    return False


def drawn_rules(
    blocks: Sequence[Sequence[Any]], paths: Callable[[], Sequence[Path]], matrix: Matrix | None
) -> tuple[Box, ...]:
    """The rectangles and straight lines that are drawn, turned by `matrix` (the page's rotation).

    MuPDF's vector blocks give a stroke a box that is larger by ten times its width; where there are not
    thousands of them, strokes are those of `paths`. Shades that touch in one color are one, as the lines of a
    paragraph in a shaded cell; white ones are none.
    """
    straight = [block for block in blocks if block[6] == _VECTOR and _STRAIGHT in block[4]]
    fills = [block for block in straight if _STROKED not in block[4]]
    if len(fills) < len(straight) <= _MOST_PATHS:
        boxes = [box for path in paths() for box in _strokes(path)]
    else:
        boxes, fills = [], straight
    shades: dict[str, list[Box]] = {}
    for block in fills:
        box = Box(*map(float, block[:4]))
        if min(box.width, box.height) <= THIN:
            boxes.append(box)
        elif _WHITE not in block[4]:
            shades.setdefault(block[4], []).append(box)
    for own in shades.values():
        boxes += _united(_united(own, down=True), down=False)
    return tuple(box if matrix is None else _turned(box, matrix) for box in boxes)


def _strokes(path: Path) -> Iterator[Box]:
    """The straight lines along the page's edges among the strokes of a path; thick ones have their width."""
    if "s" not in path["type"]:
        return
    grow = width / 2 if (width := path.get("width") or 0.0) > THIN else 0.0
    for kind, *points in path["items"]:
        if kind == "re":
            x0, y0, x1, y1 = points[0]
            ends = [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
        elif kind == "l":
            (ax, ay), (bx, by) = points[:2]
            ends = [(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))]
        else:
            continue
        for x0, y0, x1, y1 in ends:
            if y1 - y0 <= _LEVEL:
                yield Box(x0, y0 - grow, x1, y1 + grow)
            elif x1 - x0 <= _LEVEL:
                yield Box(x0 - grow, y0, x1 + grow, y1)


def _united(boxes: Iterable[Box], *, down: bool) -> list[Box]:
    """Boxes of the same two sides as one where they touch, below each other or beside each other."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda box: _ends(box, down)):
        last = found[-1] if found else None
        if last is not None and _touch(_ends(last, down), _ends(box, down)):
            found[-1] = bounds([last, box])
        else:
            found.append(box)
    return found


def _ends(box: Box, down: bool) -> tuple[float, ...]:  # noqa: FBT001
    """Both sides across, rounded, then where it begins and ends along."""
    x0, y0, x1, y1 = box
    return (round(x0), round(x1), y0, y1) if down else (round(y0), round(y1), x0, x1)


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[:2] == b[:2] and b[2] - a[3] <= _TOUCH


def _across(line: RawLine) -> tuple[int, float]:
    box = line.box
    return line.turn, box.x0 + box.x1 if line.turn % 2 else box.y0 + box.y1


def _shared(a: RawLine, b: RawLine) -> bool:
    if a.turn % 2:
        return min(a.box.x1, b.box.x1) - max(a.box.x0, b.box.x0) > 0.5 * min(a.box.width, b.box.width)
    return min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > 0.5 * min(a.box.height, b.box.height)


def _turned(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs = (box.x0 * a + box.y0 * c + e, box.x1 * a + box.y1 * c + e)
    ys = (box.x0 * b + box.y0 * d + f, box.x1 * b + box.y1 * d + f)
    return Box(min(xs), min(ys), max(xs), max(ys))
