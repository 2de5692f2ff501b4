"""Where a page shows figures: pictures, plots, diagrams; told from rules, frames, tables and backgrounds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from models.geometry import Box, bounds
from services.extraction.captions import captions_figure
from services.extraction.drawing import Mark
from services.extraction.raw import RawLine

_CELL = 8.0
_SMALLEST, _SMALLEST_PICTURE = 40.0, 24.0
_LARGEST = 0.9
_THIN = 2.0
_COARSE = 20
_SCANNED = 0.75
_PROSE = 40
_MOST_PROSE = 2
_FRAME = 0.8
_FEWEST_SHAPES, _LEAST_SHAPE = 3, 1.0
_FEWEST_TICKS, _TICK = 6, 8.0
_PANEL = 0.25
_CAPTION, _NUMBER_GAP = 60.0, 2.5
_CURVE = 0.2
_LARGE_SHAPES, _LITTLE_TEXT, _MOST_TEXT = 0.2, 0.12, 0.5
_PICTURES = 0.3
_SHADE, _SAME, _MOST_PAIRS = 1000.0, 0.7, 100_000
_FEWEST_BARS, _SAME_EDGE, _THICK = 3, 1.0, 3.0

_Cell = tuple[int, int]


class _Texts(NamedTuple):
    """The boxes of all words of a page, of its lines of running text, and of captions of figures."""

    words: Sequence[Box]
    prose: Sequence[Box]
    captions: Sequence[Box]


def figure_regions(marks: Sequence[Mark], lines: Sequence[RawLine], page: Box) -> tuple[Box, ...]:
    """Boxes of the figures, top to bottom: marks that nearly touch, without what is read as text or table."""
    prose = [line.box for line in lines if is_prose(line)]
    scanned = _share(page, [mark.box for mark in marks if mark.picture]) >= _SCANNED
    words = [word.box for line in lines for word in line.words]
    shades = set(_shades(marks, words))
    shown = [
        mark
        for mark in marks
        if _counts(mark, page, prose) and not (mark.picture and (scanned or mark.box in shades))
    ]
    texts = _Texts(
        words,
        prose,
        [_with_rest(line.box, lines) for line in lines if captions_figure(line.text)],
    )
    found = (_shown(group, texts, page) for group in clusters(shown, page))
    return tuple(sorted(filter(None, found), key=lambda box: (box.y0, box.x0)))


def is_prose(line: RawLine) -> bool:
    """Whether the line is as long as lines of running text are."""
    return len(line.words) > 4 and len(line.text) >= _PROSE  # noqa: PLR2004


def is_inside(box: Box, region: Box) -> bool:
    """Whether its middle lies in the region."""
    return region.holds((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)


def clusters(marks: Iterable[Mark], page: Box) -> list[list[Mark]]:
    """Marks that touch or nearly do, each of them in one group."""
    cells: dict[_Cell, list[Mark]] = {}
    for mark in marks:
        for cell in _cells(_cut(mark.box, page)):
            cells.setdefault(cell, []).append(mark)
    return list(_connected(cells))


def _counts(mark: Mark, page: Box, prose: Sequence[Box]) -> bool:
    """Whether it can be part of a figure: no background, no rule, no frame around text."""
    box = mark.box
    background = box.width > _LARGEST * page.width and box.height > _LARGEST * page.height
    rule = min(box.width, box.height) < _THIN and max(box.width, box.height) > _LARGEST * page.width / 2
    panel = mark.filled and box.width * box.height > _PANEL * page.width * page.height
    if (
        background
        or panel
        or rule
        or not (box.x0 < page.x1 and box.y0 < page.y1 and box.x1 > 0 and box.y1 > 0)
    ):
        return False
    return (
        min(box.width, box.height) < _SMALLEST or sum(is_inside(line, box) for line in prose) <= _MOST_PROSE
    )


def _shades(marks: Sequence[Mark], words: Sequence[Box]) -> Iterator[Box]:
    """Pictures that are the shade or ground of a filled shape of their size with words on it."""
    filled = [mark.box for mark in marks if mark.filled and not mark.picture and _area(mark.box) > _SHADE]
    pictures = [mark.box for mark in marks if mark.picture]
    for picture in pictures if len(pictures) * len(filled) <= _MOST_PAIRS else ():
        if any(_alike(picture, box) for box in filled) and any(is_inside(word, picture) for word in words):
            yield picture


def _alike(a: Box, b: Box) -> bool:
    width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    shared = width * height if min(width, height) > 0 else 0.0
    return shared >= _SAME * max(_area(a), _area(b))


def _cut(box: Box, page: Box) -> Box:
    return Box(max(box.x0, page.x0), max(box.y0, page.y0), min(box.x1, page.x1), min(box.y1, page.y1))


def _share(page: Box, boxes: Sequence[Box]) -> float:
    """How much of the page the boxes cover, on a coarse grid."""
    if not boxes:
        return 0.0
    middles = [(n + 0.5) / _COARSE for n in range(_COARSE)]
    held = sum(any(box.holds(x * page.x1, y * page.y1) for box in boxes) for x in middles for y in middles)
    return held / _COARSE**2


def _shown(group: Sequence[Mark], texts: _Texts, page: Box) -> Box | None:
    """What the figure covers that the marks are, if they are one; lines around pictures do not count."""
    box = _cut(bounds([mark.box for mark in group]), page)
    pictures = [mark.box for mark in group if mark.picture]
    if min(box.width, box.height) < (_SMALLEST_PICTURE if pictures else _SMALLEST):
        return None
    words = [word for word in texts.words if is_inside(word, box)]
    text = sum(map(_area, words)) / _area(box)
    if text > _MOST_TEXT or sum(is_inside(line, box) for line in texts.prose) > _MOST_PROSE:
        return None
    if pictures and sum(map(_area, pictures)) >= _PICTURES * _area(box):
        return _cut(bounds([mark.box for mark in group if mark.picture or not mark.straight]), page)
    captioned = text < _LITTLE_TEXT and any(_stand_together(box, caption) for caption in texts.captions)
    return box if captioned or _has_shapes(group, box, words, text) or _has_bars(group, words) else None


def _with_rest(caption: Box, lines: Sequence[RawLine]) -> Box:
    """The caption's first line with what the file writes apart from its number."""
    for line in lines:
        level = min(caption.y1, line.box.y1) - max(caption.y0, line.box.y0) > caption.height / 2
        if level and 0 <= line.box.x0 - caption.x1 < _NUMBER_GAP * caption.height:
            return bounds([caption, line.box])
    return caption


def _stand_together(box: Box, caption: Box) -> bool:
    """Whether the caption is right below or above."""
    gap = max(caption.y0 - box.y1, box.y0 - caption.y1)
    return gap < _CAPTION and min(box.x1, caption.x1) > max(box.x0, caption.x0)


def _has_shapes(group: Sequence[Mark], box: Box, words: Sequence[Box], text: float) -> bool:
    """Curves, slanted lines, symbols: several or with the ticks of an axis, and no icons between cells."""
    free = [
        mark
        for mark in group
        if not (mark.straight or mark.picture)
        and max(mark.box.width, mark.box.height) >= _LEAST_SHAPE
        and not (mark.filled and (_spans(mark.box, box, _FRAME) or _holds_text(mark.box, words)))
    ]
    curved = any(_spans(mark.box, box, _CURVE) and not _spans(mark.box, box, _FRAME) for mark in free)
    large = sum(_area(mark.box) for mark in free) >= _LARGE_SHAPES * _area(box)
    ticks = sum(mark.straight and max(mark.box.width, mark.box.height) <= _TICK for mark in group)
    several = len(free) >= _FEWEST_SHAPES or curved or (bool(free) and ticks >= _FEWEST_TICKS)
    return several and (large or text < _LITTLE_TEXT)


def _spans(shape: Box, box: Box, share: float) -> bool:
    return shape.width > share * box.width and shape.height > share * box.height


def _holds_text(shape: Box, words: Sequence[Box]) -> bool:
    return _area(shape) > _SMALLEST and any(is_inside(word, shape) for word in words)


def _has_bars(group: Sequence[Mark], words: Sequence[Box]) -> bool:
    """Filled rectangles without text that stand on one line and are of different lengths."""
    bars = [
        mark.box
        for mark in group
        if mark.straight
        and mark.filled
        and min(mark.box.width, mark.box.height) >= _THICK
        and not any(is_inside(word, mark.box) for word in words)
    ]
    for edge, side, other in ((3, 1, 0), (0, 2, 1)):  # on the lower edge, or on the left one
        lengths: dict[int, set[tuple[int, int]]] = {}
        for bar in bars:
            lengths.setdefault(round(bar[edge] / _SAME_EDGE), set()).add(
                (round(bar[side] / _THICK), round(bar[other] / _THICK))
            )
        for ends in lengths.values():
            different = Counter(end for end, _ in ends)
            places = len({place for _, place in ends})
            if min(len(different), places) >= _FEWEST_BARS:
                return True
    return False


def _area(box: Box) -> float:
    return max(box.width, 0.1) * max(box.height, 0.1)


def _cells(box: Box) -> list[_Cell]:
    """The squares of a coarse grid over the page that the box touches."""
    columns = range(int(box.x0 / _CELL), int(box.x1 / _CELL) + 1)
    rows = range(int(box.y0 / _CELL), int(box.y1 / _CELL) + 1)
    return [(column, row) for row in rows for column in columns]


def _connected(cells: dict[_Cell, list[Mark]]) -> Iterable[list[Mark]]:
    rest = set(cells)
    while rest:
        waiting = [rest.pop()]
        group: dict[int, Mark] = {}
        while waiting:
            column, row = waiting.pop()
            group.update((id(mark), mark) for mark in cells[column, row])
            for near in ((column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)):
                if near in rest:
                    rest.remove(near)
                    waiting.append(near)
        yield list(group.values())
