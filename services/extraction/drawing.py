"""What a page draws besides text, mark by mark: pictures, rectangles and straight lines, other shapes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from models.geometry import Box

_PICTURE, _VECTOR = 1, 3
_STRAIGHT, _FILLED = "is-rect: true", "<vector filled"
_INVISIBLE = ("color: #ffffff", "alpha: 0,")
_MOST_PATHS = 3000
_LEVEL = 0.5
_WHITE = 0.99
_THICKEST = 4.0

Matrix = tuple[float, float, float, float, float, float]
Path = Mapping[str, Any]


class Mark(NamedTuple):
    """One stroke, filling or picture and the box around it, in points on the upright page.

    `straight`: a rectangle or a line along an edge of the page; `filled`: no stroke.
    """

    box: Box
    picture: bool = False
    straight: bool = False
    filled: bool = False


def marks_of(
    blocks: Iterable[Sequence[Any]], paths: Callable[[], Sequence[Path]], matrix: Matrix | None
) -> tuple[Mark, ...]:
    """The marks that are not white among MuPDF's blocks, turned by `matrix` (the page's rotation).

    MuPDF gives slanted strokes too large a box, by many times their width; where there are some, and not
    thousands of marks, the vector marks are those of `paths`, which no clip cuts.
    """
    marks = list(_of_blocks(blocks))
    slanted = any(not (mark.picture or mark.straight or mark.filled) for mark in marks)
    if slanted and len(marks) <= _MOST_PATHS:
        marks = [mark for mark in marks if mark.picture]
        marks += (mark for path in paths() if (mark := _of_path(path)) is not None)
    if matrix is None:
        return tuple(marks)
    return tuple(mark._replace(box=_turned(mark.box, matrix)) for mark in marks)


def _of_blocks(blocks: Iterable[Sequence[Any]]) -> Iterator[Mark]:
    for *edges, text, _, kind in blocks:
        if kind == _PICTURE or (kind == _VECTOR and not any(sign in text for sign in _INVISIBLE)):
            mark = Mark(Box(*map(float, edges)), kind == _PICTURE, _STRAIGHT in text, _FILLED in text)
            yield mark._replace(box=_bare(mark.box)) if mark.straight and not mark.filled else mark


def _bare(box: Box) -> Box:
    """A straight line without its width, by which MuPDF widens its box on all sides; frames stay."""
    width = min(box.width, box.height) / 2
    if width > _THICKEST:
        return box
    return Box(box.x0 + width, box.y0 + width, box.x1 - width, box.y1 - width)


def _of_path(path: Path) -> Mark | None:
    fill, stroke = path.get("fill"), path.get("color")
    seen = [color for color in (fill, stroke) if color is not None and min(color) < _WHITE]
    if not seen or path["type"] not in ("f", "s", "fs"):
        return None
    return Mark(Box(*path["rect"]), False, all(map(_is_straight, path["items"])), path["type"] == "f")


def _is_straight(item: Sequence[Any]) -> bool:
    if item[0] == "l":
        (x0, y0), (x1, y1) = item[1:3]
        return bool(min(abs(x1 - x0), abs(y1 - y0)) <= _LEVEL)
    return bool(item[0] == "re")


def _turned(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs = (box.x0 * a + box.y0 * c + e, box.x1 * a + box.y1 * c + e)
    ys = (box.x0 * b + box.y0 * d + f, box.x1 * b + box.y1 * d + f)
    return Box(min(xs), min(ys), max(xs), max(ys))
