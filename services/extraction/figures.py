"""Text inside figures: labels and legends within what is drawn are the text of one block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.document import BlockKind
from models.geometry import Box, bounds
from services.extraction.captions import is_caption
from services.extraction.frames import placed
from services.extraction.pictures import is_inside
from services.extraction.raw import RawBlock, RawLine, RawPage
from services.extraction.reading_order import flows, lines_of


@dataclass(frozen=True, slots=True)
class Parted:
    """A page without the words of its figures, and a line in the place of each figure.

    `figures`: before which word of the page each stands (by its number), the line, its block if it has text.
    """

    page: RawPage
    figures: tuple[tuple[int, RawLine, RawBlock | None], ...]
    places: Mapping[int, int]

    def with_figures(self, lines: Sequence[RawLine]) -> tuple[RawLine, ...]:
        """The lines (of this page, as they may have been put together since) and those of the figures."""
        found = list(lines)
        for place, line, _ in reversed(self.figures):
            after = (n for n, other in enumerate(found) if self._place(other) > place)
            found.insert(next(after, len(found)), line)
        return tuple(found)

    def blocks(self) -> dict[int, RawBlock]:
        """The figures that have text, by the id of the line that stands for them."""
        return {id(line): block for _, line, block in self.figures if block is not None}

    def _place(self, line: RawLine) -> int:
        return min((self.places[id(word)] for word in line.words), default=-1)


def figures_apart(page: RawPage) -> Parted:
    """Take the words inside figures out of the page's lines, and their strokes out of its rules.

    Every word is in one line or one block.
    """
    if not page.figures:
        return Parted(page, (), {})
    places = {id(word): n for n, word in enumerate(word for line in page.lines for word in line.words)}
    kept: list[RawLine] = []
    own: dict[Box, list[RawLine]] = {figure: [] for figure in page.figures}
    for line in page.lines:
        kept += _parted(line, own)
    turn = _turn(kept or page.lines)
    last = max(places.values(), default=0)
    figures = []
    for box, lines in own.items():
        block = _block(page.number, box, lines) if lines else None
        place = min((places[id(word)] for line in lines for word in line.words), default=last)
        words = tuple(word for line in block.lines for word in line.words) if block else ()
        size = kept[0].style if kept else page.lines[0].style if page.lines else None
        if size is not None:
            figures.append((place, RawLine(words, box, size, turn), block))
    figures.sort(key=lambda figure: figure[0])
    rules = tuple(rule for rule in page.rules if not any(is_inside(rule, figure) for figure in page.figures))
    return Parted(replace(page, lines=tuple(kept), rules=rules), tuple(figures), places)


def _parted(line: RawLine, own: Mapping[Box, list[RawLine]]) -> list[RawLine]:
    """What of the line lies in no figure; the rest is put down with its figure."""
    if is_caption(line.text):
        return [line]
    where = [next((box for box in own if is_inside(word.box, box)), None) for word in line.words]
    parts = []
    for box in dict.fromkeys(where):
        words = tuple(word for word, place in zip(line.words, where, strict=True) if place == box)
        part = line
        if len(words) < len(line.words):
            part = replace(line, words=words, box=bounds([word.box for word in words]), runs=())
        if box is None:
            parts.append(part)
        else:
            own[box].append(part)
    return parts


def _block(page: int, box: Box, lines: Sequence[RawLine]) -> RawBlock:
    """The text of the figure, what runs in the most usual direction first."""
    rows = [lines_of(row) for frame in placed(lines) for flow in flows(frame) for row in flow]
    return RawBlock(page, tuple(rows), BlockKind.FIGURE, region=bounds([box, *(line.box for line in lines)]))


def _turn(lines: Sequence[RawLine]) -> int:
    """The direction of most words."""
    return placed(lines)[0][0].line.turn if lines else 0
