"""Source code as units for the optimizer: they tile the text, and each fits into a chunk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.span import Span
from services.segmentation.code.greedy import windows
from services.segmentation.code.languages import LANGUAGES
from services.segmentation.code.lines import line_parts
from services.segmentation.code.parts import LINE, WINDOW, Fits, Part
from services.segmentation.code.source import Source
from services.segmentation.code.syntax import Syntax
from services.segmentation.code.text import text_parts
from services.segmentation.code.tree import Found, tree_parts
from services.segmentation.plan import START, Level, Unit
from services.segmentation.sizes import Sizes

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

    def of_bytes(self, source: Source) -> Fits:
        """`fits` for bytes of the source."""
        return lambda start, end: self.fits(source.point(start), source.point(end))

    def grain(self, start: int) -> int:
        """Code points of the smallest piece worth a choice."""
        return max(1, int(self.room(start) // GRAIN * self.sizes.points_per_token))


def code_units(source: Source, syntax: Syntax | None, cutting: Cutting) -> list[Unit]:
    """Units in order. Without a tree: lines, by their indentation and brackets."""
    if syntax is None:
        parts = _lines(Part(0, len(source.text), START), cutting)
    else:
        parts = _tree(source, syntax, Part(0, len(source.text), START), cutting)
    return tiled_units(_joined(_inked(parts, cutting.text), cutting), cutting)


def window_units(source: Source, root: "Node", cutting: Cutting) -> list[Unit]:
    """The windows of the published algorithm, each to be a chunk; a token that is too long in pieces."""
    return tiled_units(_inked(_windows(source, root, cutting), source.text), cutting)


def tiled_units(parts: Iterator[Part], cutting: Cutting) -> list[Unit]:
    """Parts that tile the text as units that fit with their white space."""
    tiles = _tiled(parts, cutting)
    return [Unit(Span(part.start, part.end), Level.BLOCK, part.before, part.depth) for part in tiles]


def _windows(source: Source, root: "Node", cutting: Cutting) -> Iterator[Part]:
    for window in windows(root, source, cutting.of_bytes(source)):
        part = Part(source.point(window[0]), source.point(window[1]), WINDOW)
        if cutting.fits(part.start, part.end):
            yield part
        else:
            yield from text_parts(source.text, part, cutting.fits, cutting.grain(part.start))


def _tree(source: Source, syntax: Syntax, whole: Part, cutting: Cutting) -> Iterator[Part]:
    """Parts of the whole. What is no syntax here may be another language's."""
    language = LANGUAGES[syntax.language]
    for part, what in tree_parts(syntax.root, source, language, cutting.fits, whole):
        inner = syntax.within(*part.nodes[0].node.byte_range) if what is Found.TEXT else None
        if inner is not None:
            yield from _tree(source, inner, part, cutting)
            continue
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
    """Small neighbours as one part where a cut would be of little worth: few are left to choose from."""
    last: Part | None = None
    for part in parts:
        if last is not None:
            if _belongs(part, last) and part.end - last.start <= cutting.grain(last.start):
                last.end = part.end
                continue
            yield last
        last = part
    if last is not None:
        yield last


def _belongs(part: Part, last: Part) -> bool:
    return part.depth == last.depth or part.before.score < WORTH


def _inked(parts: Iterator[Part], text: str) -> Iterator[Part]:
    """Blank parts as ends of those before them; one that stands first, as the start of the next."""
    last: Part | None = None
    is_blank = False
    for part in parts:
        if last is None:
            is_blank = text[part.start : part.end].isspace()
        elif text[part.start : part.end].isspace():
            last.end = part.end
            continue
        elif is_blank:
            part.start, part.before, is_blank = last.start, last.before, False
        else:
            yield last
        last = part
    if last is not None:
        yield last


def _tiled(parts: Iterator[Part], cutting: Cutting) -> Iterator[Part]:
    """White space that has no room at a part's end goes to the next part; else the part is cut once more."""
    held: Part | None = None
    for part in parts:
        here = part
        if held is not None:
            end = _bare_end(held, cutting.text)
            longer = Part(end, part.end, part.before, part.depth)
            if cutting.holds(longer):
                yield Part(held.start, end, held.before, held.depth)
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
    end = _bare_end(part, cutting.text)
    line = cutting.text.rfind("\n", part.start, end) + 1
    cut = line if line > part.start else end - 1
    last = Part(cut, part.end, LINE, part.depth)
    if cut > part.start and cutting.holds(last):
        if not cutting.text[part.start : cut].isspace():
            yield Part(part.start, cut, part.before, part.depth)
        yield last
    else:
        yield Part(part.start, end, part.before, part.depth)


def _bare_end(part: Part, text: str) -> int:
    return part.start + len(text[part.start : part.end].rstrip())
