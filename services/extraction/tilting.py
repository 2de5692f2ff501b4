"""Boxes of straightened lines laid back to where the words really are on a tilted page."""

from dataclasses import replace
from math import cos, radians, sin

from models.geometry import Box
from models.words import Words
from services.extraction.raw import RawPage
from services.extraction.values import Reading


def laid_back(reading: Reading, pages: tuple[RawPage, ...]) -> Reading:
    """The reading with the boxes of tilted pages as they are seen."""
    tilted = {page.number: page for page in pages if page.tilt}
    if not tilted:
        return reading

    def back(box: Box | None, number: int | None) -> Box | None:
        page = tilted.get(number or 0)
        return box if page is None or box is None else tilted_box(box, page.tilt, page.width, page.height)

    _lay_back(reading.words, tilted)
    return replace(
        reading,
        blocks=tuple(replace(block, box=back(block.box, block.page)) for block in reading.blocks),
        drops=tuple(replace(drop, box=back(drop.box, drop.page)) for drop in reading.drops),
    )


def tilted_box(box: Box, tilt: float, width: float, height: float) -> Box:
    """The box on the page around a rectangle turned clockwise by so many degrees about the page's centre."""
    c, s = cos(radians(tilt)), abs(sin(radians(tilt)))
    dx, dy = (box.x0 + box.x1 - width) / 2, (box.y0 + box.y1 - height) / 2
    sign = 1.0 if tilt >= 0 else -1.0
    x, y = width / 2 + dx * c - dy * s * sign, height / 2 + dy * c + dx * s * sign
    half_width, half_height = (box.width * c + box.height * s) / 2, (box.height * c + box.width * s) / 2
    return Box(
        max(x - half_width, 0.0),
        max(y - half_height, 0.0),
        min(x + half_width, width),
        min(y + half_height, height),
    )


def _lay_back(words: Words, tilted: dict[int, RawPage]) -> None:
    for i, number in enumerate(words.pages):
        page = tilted.get(number)
        if page is None:
            continue
        box = tilted_box(words.box(i), page.tilt, page.width, page.height)
        for edge, value in zip(words.edges, box, strict=True):
            edge[i] = value
