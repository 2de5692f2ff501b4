"""Figures of scanned pages: where the page's picture is dark or busy and no words were read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.geometry import Box
from services.extraction.figure_labels import merged, with_labels
from services.extraction.raw import RawPage
from services.extraction.sight import PageImage, Sheet
from services.extraction.tilting import tilted_box

_DOTS, _CELL = 72.0, 6
_BUSY, _DARK = 60, 50
_COVERED, _LARGEST = 0.5, 0.8
_SMALLEST, _SMALLEST_DRAWING = 40.0, 60.0
_DENSE, _TEXT_IN_DENSE = 0.4, 0.3
_SPARSE, _TEXT_IN_SPARSE = 0.04, 0.08
_POINTS = 12
_EDGE, _INNER = 2, 0.15

_Cell = tuple[int, int]


def with_seen_figures(page: RawPage, sheet: Sheet) -> RawPage:
    """The page; where it is a scan whose words are known, with the figures in its picture."""
    if page.failed or not page.lines or not (page.confidence is not None or _is_scan(page, sheet)):
        return page
    image = sheet.render(_DOTS)
    if not page.width or not image.width:
        return page
    words = [word.box for line in page.lines for word in line.words]
    if page.tilt:
        words = [tilted_box(box, page.tilt, page.width, page.height) for box in words]
    found = [*seen_regions(image, words, page.width / image.width)]
    return replace(page, figures=merged([*page.figures, *with_labels(found, page.lines)])) if found else page


def seen_regions(image: PageImage, words: Sequence[Box], scale: float) -> Iterator[Box]:
    """Boxes in points (`scale` to a pixel) of what is drawn besides words; none as large as the page."""
    drawn = set(_drawn(image))
    text = {cell for word in words for cell in _cells(word, scale)}
    size = _CELL * scale
    for group in _connected(drawn - text):
        columns, rows = [x for x, _ in group], [y for _, y in group]
        x0, y0, x1, y1 = min(columns), min(rows), max(columns) + 1, max(rows) + 1
        if min(x1 - x0, y1 - y0) * size < _SMALLEST:
            continue
        cells = (x1 - x0) * (y1 - y0)
        written = sum(x0 <= x < x1 and y0 <= y < y1 for x, y in text) / cells
        width, height = image.width * scale, image.height * scale
        box = Box(x0 * size, y0 * size, min(x1 * size, width), min(y1 * size, height))
        inner = sum(x0 + _EDGE <= x < x1 - _EDGE and y0 + _EDGE <= y < y1 - _EDGE for x, y in group)
        if box.width * box.height >= _LARGEST * width * height or inner < _INNER * len(group):
            continue  # the whole page, or a frame
        if _is_figure(box, len(group) / cells, written):
            yield box


def _is_figure(box: Box, filled: float, written: float) -> bool:
    """Dense as a photograph, or a drawing with hardly a word in it."""
    side = min(box.width, box.height)
    if filled >= _DENSE:
        return side >= _SMALLEST and written <= _TEXT_IN_DENSE
    return side >= _SMALLEST_DRAWING and filled >= _SPARSE and written <= _TEXT_IN_SPARSE


def _is_scan(page: RawPage, sheet: Sheet) -> bool:
    if not sheet.has_pictures():
        return False
    places = [((x + 0.5) / _POINTS, (y + 0.5) / _POINTS) for x in range(_POINTS) for y in range(_POINTS)]
    pictures = sheet.ink().pictures
    held = sum(any(box.holds(x * page.width, y * page.height) for box in pictures) for x, y in places)
    return held >= _COVERED * len(places)


def _drawn(image: PageImage) -> Iterator[_Cell]:
    """The squares of the picture that are dark, or in which dark and light meet."""
    width = image.width
    for row in range(image.height // _CELL):
        lines = [image.pixels[y * width : (y + 1) * width] for y in range(row * _CELL, (row + 1) * _CELL)]
        lightest, darkest = bytes(map(max, *lines)), bytes(map(min, *lines))
        for column in range(width // _CELL):
            part = slice(column * _CELL, (column + 1) * _CELL)
            light = max(lightest[part])
            if light < _DARK or light - min(darkest[part]) >= _BUSY:
                yield column, row


def _cells(box: Box, scale: float) -> list[_Cell]:
    size = _CELL * scale
    columns = range(int(box.x0 / size), int(box.x1 / size) + 1)
    return [(x, y) for x in columns for y in range(int(box.y0 / size), int(box.y1 / size) + 1)]


def _connected(cells: set[_Cell]) -> Iterator[list[_Cell]]:
    """Squares that touch, also at a corner."""
    rest = set(cells)
    while rest:
        group = [rest.pop()]
        for x, y in group:
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & rest
            rest -= near
            group += near
        yield group
