"""What lies on a page, from the bottom up: words, what was left out, chunks, blocks, their labels."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from models.document import Block, BlockKind, Drop
from models.geometry import Box
from services.drawing.labels import Room
from services.drawing.letters import width
from services.drawing.svg import dotted, element, group, lettering, plain, rectangle, tooltip
from services.drawing.values import Part, Shown, View

GREY = "#868e96"
SHORT = {
    BlockKind.TITLE: "T",
    BlockKind.HEADING: "H",
    BlockKind.PARAGRAPH: "P",
    BlockKind.LIST_ITEM: "L",
    BlockKind.TABLE: "TB",
    BlockKind.FIGURE: "FG",
    BlockKind.CAPTION: "CP",
    BlockKind.CODE: "CD",
    BlockKind.FORMULA: "FM",
    BlockKind.FOOTNOTE: "FN",
    BlockKind.QUOTE: "Q",
}
"""What stands beside a block where there is no room for the name of its kind."""
_LABEL, _HIGH, _INSIDE = 8.5, 11.0, 3.0
_BADGE, _MOST_BADGES = 9.5, 3
RIM = 2.5
"""How far the box of a chunk goes beyond its words; not as far as the letters of the next line."""
_LETTERS, _DESCENT, _WIDEST = 0.8, 0.22, 1.15
"""Of the height of a word's box: its letters, and what is below their line; how far letters are stretched."""


def written(view: View, words: Iterable[tuple[str, Box]]) -> str:
    """The words where they were read, each as wide as its box."""
    found = (_word(word, view.frame.box(box)) for word, box in words)
    return group(filter(None, found), fill="#6c757d")


def dropped(view: View) -> str:
    """What was left out of the text on purpose, in dotted boxes."""
    drops = [(drop, drop.box) for drop in drops_on(view) if drop.box is not None]
    texts = (_word(drop.text, view.frame.box(box)) for drop, box in drops)
    boxes = (
        element("path", tooltip(f"left out: {drop.reason.value}"), d=dotted(view.frame.box(box, 1.5), 3.0))
        for drop, box in drops
    )
    return group(filter(None, texts), fill="#adb5bd") + group(
        boxes, fill="none", stroke=GREY, stroke_width=0.7
    )


def drops_on(view: View) -> list[Drop]:
    """What was left out of the page as a whole: no hyphens of words."""
    number = view.frame.page.number
    return [drop for drop in view.document.drops if drop.page == number and drop.box and drop.at is None]


def chunks(view: View) -> str:
    """The regions of every chunk in its colour."""
    return group(_regions(view), fill_opacity=0.11, stroke_width=1.8, stroke_linejoin="round")


def outlines(view: View) -> str:
    """The boxes of every block."""
    return group(
        (
            rectangle(box, tooltip(_said(shown)), rx=1.5, stroke=_colour_at(view, shown.block))
            for shown in view.blocks
            for box in shown.boxes
        ),
        fill="none",
        stroke_width=0.8,
        stroke_opacity=0.75,
    )


def labels(view: View, room: Room) -> str:
    """The number of every chunk; of every block its place in the reading order, and its kind."""
    return group([*_badges(view, room), *_tags(view, room)], font_weight="bold", stroke="none")


def kind_of(block: Block) -> str:
    """As a reader would say it."""
    level = f" {block.level}" if block.kind is BlockKind.HEADING and block.level else ""
    return block.kind.value.replace("_", " ") + level


def _regions(view: View) -> Iterator[str]:
    for part, own in zip(view.parts, view.colours.values(), strict=True):
        said = tooltip(f"chunk {part.number}, {part.tokens} tokens: {part.reason}")
        for page, box in part.boxes:
            if page == view.frame.page.number:
                yield rectangle(view.frame.box(box, RIM), said, rx=4, fill=own, stroke=own)


def _badges(view: View, room: Room) -> Iterator[str]:
    for part, own in zip(view.parts, view.colours.values(), strict=True):
        boxes = [box for page, box in part.boxes if page == view.frame.page.number]
        said = f"#{part.number}"
        wide = width(said, _BADGE) * 1.1 + 2 * _INSIDE
        for region in boxes[:_MOST_BADGES]:
            _, box = room.placed(view.frame.box(region, RIM), [wide], _BADGE + 4)
            yield _plate(box, said, _BADGE, {"fill": "#ffffff", "stroke": own, "stroke_width": 1.4}, own)


def _tags(view: View, room: Room) -> Iterator[str]:
    for shown in view.blocks:
        level = shown.block.level if shown.block.kind is BlockKind.HEADING else 0
        short = SHORT[shown.block.kind] + (str(level) if level else "")
        said = [f"{shown.order} {kind_of(shown.block)}", f"{shown.order} {short}"]
        widths = [width(one, _LABEL) * 1.08 + 2 * _INSIDE for one in said]
        which, box = room.placed(shown.boxes[0], widths, _HIGH)
        own = _colour_at(view, shown.block)
        yield _plate(box, said[which], _LABEL, {"fill": own}, "#ffffff")


def _plate(box: Box, said: str, size: float, look: dict[str, Any], letters: str) -> str:
    at = (box.x0 + _INSIDE, (box.y0 + box.y1) / 2 + 0.36 * size)
    return rectangle(box, rx=2.5, **look) + lettering(at, said, size, fill=letters)


def _said(shown: Shown) -> str:
    return f"{shown.order} {kind_of(shown.block)}"


def _word(word: str, box: Box) -> str:
    said = plain(word)
    if not said or box.width <= 0 or box.height <= 0:
        return ""
    size = _LETTERS * box.height
    across = min(_WIDEST, box.width / width(said, size)) if width(said, size) else 1.0
    base = box.y1 - _DESCENT * box.height
    return lettering((0, 0), said, size, transform=f"matrix({across:.3f} 0 0 1 {box.x0:.1f} {base:.1f})")


def _colour_at(view: View, block: Block) -> str:
    """Of the chunk in which the block begins, or goes on, on this page."""
    holding = _holding(view.parts, block)
    return view.colours[holding.number] if holding else GREY


def _holding(parts: Iterable[Part], block: Block) -> Part | None:
    for part in parts:
        place = bisect_right(part.spans, block.span.start, key=lambda span: span.end)
        if place < len(part.spans) and part.spans[place].start < block.span.end:
            return part
    return None
