"""One page as a picture: its words as they were read, blocks in their order, chunks in colours, the graph."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from models.document import BlockKind, Document
from models.geometry import Box
from models.span import Span
from services.drawing.colours import colour
from services.drawing.graph import graph
from services.drawing.labels import Room
from services.drawing.layers import chunks, dropped, labels, outlines, written
from services.drawing.legend import legend
from services.drawing.svg import element, group, rectangle, tooltip
from services.drawing.values import MARGIN, Frame, Part, Shown, View, page_of
from services.segmentation.edges import Edge

_FONTS = "Helvetica, Arial, sans-serif"


def drawn(document: Document, parts: Sequence[Part], number: int, edges: Sequence[Edge] | None = None) -> str:
    """The page of that number (from 1) as SVG, with `edges` the graph on it; InvalidOptions: no such page."""
    frame = Frame(page_of(document, number))
    here = [part for part in parts if any(box.page == number for box in part.boxes)]
    colours = {part.number: colour(place) for place, part in enumerate(here)}
    view = View(document, frame, here, tuple(_shown(document, frame)), edges, colours)
    room = Room(frame.sheet, [frame.box(box) for _, box in _words(document, number)])
    key, right, bottom = legend(view, frame.sheet.x1 + MARGIN)
    canvas = Box(0.0, 0.0, right + MARGIN, max(bottom, frame.sheet.y1) + MARGIN)
    layers = (
        tooltip(f"Page {number} of {len(document.pages)}"),
        rectangle(canvas, fill="#eef1f4"),
        rectangle(frame.sheet, fill="#ffffff", stroke="#c4ccd4"),
        written(view, _words(document, number)),
        dropped(view),
        chunks(view),
        outlines(view),
        graph(view),
        labels(view, room),
        key,
    )
    size = {"width": canvas.x1, "height": canvas.y1}
    return element(
        "svg",
        group(filter(None, layers), font_family=_FONTS),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {canvas.x1:.2f} {canvas.y1:.2f}",
        **size,
    )


def _words(document: Document, number: int) -> Iterator[tuple[str, Box]]:
    pages = document.words.pages
    for at in range(bisect_left(pages, number), bisect_right(pages, number)):
        yield document.text[document.words.starts[at] : document.words.ends[at]], document.words.box(at)


def _shown(document: Document, frame: Frame) -> Iterator[Shown]:
    """The blocks with words on the page, and its figures."""
    number, words, order = frame.page.number, document.words, 0
    first, last = bisect_left(words.pages, number), bisect_right(words.pages, number)
    if first == last:
        return
    whole = Span(words.starts[first], words.ends[last - 1])
    for block in document.blocks[max(0, document.block_at(whole.start)) :]:
        if block.span.start >= whole.end:
            return
        part = Span(max(block.span.start, whole.start), min(block.span.end, whole.end))
        boxes = [box for page, box in words.boxes([part]) if page == number] if part.start < part.end else []
        if block.kind is BlockKind.FIGURE and block.box is not None and block.page == number:
            boxes = [block.box]
        if boxes:
            order += 1
            yield Shown(order, block, [frame.box(box, 0.8) for box in boxes])
