"""Documents with code in them: prose is cut as `recursive` cuts it, every listing along its own syntax."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from models.cells import NotebookCell, cells_of
from models.document import Block, BlockKind, Document
from models.span import Span
from services.segmentation.blocks import block_units
from services.segmentation.code.listings import Listing, listed
from services.segmentation.code.parts import Part
from services.segmentation.code.units import Cutting, Room, code_units, tiled_units, window_units
from services.segmentation.fitting import fit
from services.segmentation.plan import FORBIDDEN, Evidence, Level, Unit
from services.segmentation.sizes import Sizes
from services.segmentation.tools import Tools

BETWEEN_CELLS = Evidence(0.95, "between cells")
BELOW_TEXT = Evidence(0.6, "between a text and the cell below it")


class Mixture:
    """The blocks of such a document; `listings` are those of code, `cells` those of a notebook."""

    def __init__(self, document: Document) -> None:
        self.cells = cells_of(document)
        self._document = document
        self._starts = [cell.span.start for cell in self.cells]
        self._units = block_units(document)
        blocks = ((unit.span, document.blocks[document.block_at(unit.span.start)]) for unit in self._units)
        self.listings = [self._listing(span, block) for span, block in blocks if block.kind is BlockKind.CODE]

    def units(self, room: Room, tools: Tools, *, is_paper: bool = False) -> list[Unit]:
        """Units that tile the text. A cell of a notebook that fits is one."""
        text, listings = self._document.text, {listing.span: listing for listing in self.listings}
        found: list[Unit] = []
        for unit in self._cells_whole(room, tools) if self.cells else self._units:
            listing = listings.get(unit.span)
            if listing is None:
                found += fit(self._document, [unit], room, tools)[0]
            else:
                found += _units(listing, unit.before, room, tools, is_paper=is_paper)
        starts = [0, *(unit.span.start for unit in found[1:]), len(text)]
        parts = (
            Part(start, end, unit.before, unit.depth)
            for (start, end), unit in zip(pairwise(starts), found, strict=True)
        )
        return tiled_units(parts, Cutting(text, Sizes(text, tools.tokenizer), room))

    def cells_at(self, span: Span) -> list[NotebookCell]:
        """The cells that share a code point with the span."""
        first = max(0, bisect_right(self._starts, span.start) - 1)
        return self.cells[first : bisect_right(self._starts, span.end - 1)]

    def _listing(self, span: Span, block: Block) -> Listing:
        cells = self.cells_at(Span(span.start, span.start + 1))
        is_cell = bool(cells) and cells[0].kind == "code"
        return listed(self._document.text, span, block.language, is_cell=is_cell)

    def _cells_whole(self, room: Room, tools: Tools) -> Iterator[Unit]:
        """The blocks of each cell as one unit where they fit together."""
        above = ""
        for place, group in groupby(
            self._units, key=lambda unit: bisect_right(self._starts, unit.span.start)
        ):
            units, kind = list(group), self.cells[place - 1].kind
            first = units[0]._replace(before=_between(units[0].before, above, kind))
            whole = Span(first.span.start, units[-1].span.end)
            (tokens,) = tools.tokenizer.count([whole.of(self._document.text)])
            if tokens <= room(whole.start):
                yield Unit(whole, Level.BLOCK, first.before)
            else:
                yield from (first, *units[1:])
            above = kind


def _between(before: Evidence, above: str, kind: str) -> Evidence:
    """What the blocks say of a cut between two cells, or what the cells say, whichever is more."""
    if before.score == FORBIDDEN:
        return before
    cells = BELOW_TEXT if kind == "code" and above != "code" else BETWEEN_CELLS
    return max(cells, before, key=lambda evidence: evidence.score)


def _units(listing: Listing, before: Evidence, room: Room, tools: Tools, *, is_paper: bool) -> Sequence[Unit]:
    """The units of one listing, at its place in the document."""
    source, at = listing.source, listing.span.start
    cutting = Cutting(source.text, Sizes(source.text, tools.tokenizer), lambda start: room(start + at))
    if is_paper and listing.syntax is not None:
        units = window_units(source, listing.syntax.root, cutting)
    else:
        units = code_units(source, listing.syntax, cutting)
    moved = [unit._replace(span=unit.span.shift(at)) for unit in units]
    return [moved[0]._replace(before=before), *moved[1:]]
