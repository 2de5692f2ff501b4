"""Source code as units for the optimizer: they tile the text, and each fits into a chunk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.span import Span
from services.segmentation.code.grammars import parse
from services.segmentation.code.languages import LANGUAGES
from services.segmentation.code.lines import line_parts
from services.segmentation.code.parts import Part
from services.segmentation.code.sizes import Sizes
from services.segmentation.code.source import Source
from services.segmentation.code.text import text_parts
from services.segmentation.code.tree import Found, tree_parts
from services.segmentation.plan import START, Level, Unit

GRAIN = 16
"""Smaller parts than this share of the room are joined with their neighbours: they are not worth a choice."""
WORTH = 0.4
"""Cuts of a lower score are not worth a unit that is so small."""

MOST_BLANK = 256
"""White space at the end of a part that need not fit with it."""

Room = Callable[[int], int]
"""Tokens that are left for a chunk's own text when it starts at a code point."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """A text, its sizes and the room in a chunk."""

    text: str
    sizes: Sizes
    room: Room

    def fits(self, start: int, end: int) -> bool:
        """Whether the text, white space at its end left out, fits into a chunk that starts there."""
        room = self.room(start)
        if self.sizes.surely_fits(start, end, room):
            return True
        tail = self.text[max(start, end - MOST_BLANK) : end]
        return self.sizes.fits(start, end - len(tail) + len(tail.rstrip()), room)

    def grain(self, start: int) -> int:
        """Code points of the smallest piece worth a choice."""
        return max(1, int(self.room(start) // GRAIN * self.sizes.points_per_token))


def code_units(source: Source, language: str | None, cutting: Cutting) -> list[Unit]:
    """Units in order. Without a language: lines, by their indentation and brackets."""
    whole = Part(0, len(source.text), START)
    parts = _lines(whole, cutting) if language is None else _tree(source, language, cutting)
    return [
        Unit(Span(part.start, part.end), Level.BLOCK, part.before, part.depth)
        for part in _tiled(_joined(parts, cutting), cutting)
    ]


def _tree(source: Source, language: str, cutting: Cutting) -> Iterator[Part]:
    def fits(start: int, end: int) -> bool:
        return cutting.fits(source.point(start), source.point(end))

    root = parse(language, source.data).root_node
    for found, what in tree_parts(root, source, LANGUAGES[language], fits):
        part = found._replace(start=source.point(found.start), end=source.point(found.end))
        if what is Found.FITS:
            yield part
        elif what is Found.TEXT:
            yield from text_parts(source.text, part, cutting.fits, cutting.grain(part.start))
        else:
            yield from _lines(part, cutting)


def _lines(whole: Part, cutting: Cutting) -> Iterator[Part]:
    for part in line_parts(cutting.text, whole):
        if cutting.fits(part.start, part.end):
            yield part
        else:
            yield from text_parts(cutting.text, part, cutting.fits, cutting.grain(part.start))


def _joined(parts: Iterator[Part], cutting: Cutting) -> Iterator[Part]:
    """Small neighbours as one part where a cut would be of little worth: few are left to choose from.

    Blank ones vanish.
    """
    last: Part | None = None
    for part in parts:
        if last is None:
            last = part
        elif _is_blank(cutting.text, part) or (
            (part.depth == last.depth or part.before.score < WORTH)
            and part.end - last.start <= cutting.grain(last.start)
        ):
            last = last._replace(end=part.end)
        elif _is_blank(cutting.text, last):
            last = part._replace(start=last.start, before=last.before)
        else:
            yield last
            last = part
    if last is not None:
        yield last


def _is_blank(text: str, part: Part) -> bool:
    return text[part.start : part.end].isspace()


def _tiled(parts: Iterator[Part], cutting: Cutting) -> Iterator[Part]:
    """White space that has no room at a part's end goes to the next part, or to none if that has none."""
    left = 0
    for part in parts:
        start, text = part.start, cutting.text
        room = cutting.room(start)
        if left and cutting.sizes.fits(start - left, part.end, room):
            start -= left
        left = 0
        end = part.end
        if not cutting.sizes.fits(start, end, room):
            end = start + len(text[start:end].rstrip())
            left = part.end - end
        yield part._replace(start=start, end=end)
