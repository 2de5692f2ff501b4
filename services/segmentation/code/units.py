"""Source code as units for the optimizer: they tile the text, and each fits into a chunk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.span import Span
from services.segmentation.code.languages import LANGUAGES, Language
from services.segmentation.code.lines import line_parts
from services.segmentation.code.parts import LINE, Part
from services.segmentation.code.sizes import Sizes
from services.segmentation.code.source import Source
from services.segmentation.code.text import text_parts
from services.segmentation.code.tree import Found, tree_parts
from services.segmentation.plan import START, Level, Unit

if TYPE_CHECKING:
    from tree_sitter import Node

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

    def holds(self, part: Part) -> bool:
        """Whether the part fits with all its white space."""
        room = self.room(part.start)
        surely = self.sizes.surely_fits(part.start, part.end, room)
        return surely or self.sizes.fits(part.start, part.end, room)

    def grain(self, start: int) -> int:
        """Code points of the smallest piece worth a choice."""
        return max(1, int(self.room(start) // GRAIN * self.sizes.points_per_token))


def code_units(source: Source, language: str | None, root: "Node | None", cutting: Cutting) -> list[Unit]:
    """Units in order. Without a tree: lines, by their indentation and brackets."""
    whole = Part(0, len(source.text), START)
    parts = _tree(source, LANGUAGES[language], root, cutting) if language and root else _lines(whole, cutting)
    return [
        Unit(Span(part.start, part.end), Level.BLOCK, part.before, part.depth)
        for part in _tiled(_joined(parts, cutting), cutting)
    ]


def _tree(source: Source, language: Language, root: "Node", cutting: Cutting) -> Iterator[Part]:
    def fits(start: int, end: int) -> bool:
        return cutting.fits(source.point(start), source.point(end))

    for found, what in tree_parts(root, source, language, fits):
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
    """White space that has no room at a part's end goes to the next part; else the part is cut once more."""
    held: Part | None = None
    for part in parts:
        here = part
        if held is not None:
            bare = _bare(held, cutting.text)
            longer = part._replace(start=bare.end)
            if cutting.holds(longer):
                yield bare
                here = longer
            else:
                yield from _in_two(held, cutting)
            held = None
        if cutting.holds(here):
            yield here
        else:
            held = here
    if held is not None:
        yield from _in_two(held, cutting)


def _in_two(part: Part, cutting: Cutting) -> Iterator[Part]:
    """The last line of a part by itself, or its last code point; white space without any room is left out."""
    bare = _bare(part, cutting.text)
    line = cutting.text.rfind("\n", part.start, bare.end) + 1
    cut = line if line > part.start else bare.end - 1
    last = Part(cut, part.end, LINE, part.depth)
    if cut > part.start and cutting.holds(last):
        yield from (part._replace(end=cut), last)
    else:
        yield bare


def _bare(part: Part, text: str) -> Part:
    return part._replace(end=part.start + len(text[part.start : part.end].rstrip()))
