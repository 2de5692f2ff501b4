"""Sections of a page that people annotated: boxes with labels, and a line that says their order."""

from collections.abc import Mapping
from typing import Any

from models.document import Document
from tests.bench.quality.layout import LABELS, label_of, ordered_blocks, pages_shown
from tests.bench.s2.gold import Labelled

HEADS = {"section_header", "title"}
FURNITURE = {"page_header", "page_footer"}


def drawn(document: Document, page: Mapping[str, Any]) -> Labelled:
    """Words by the smallest box that holds their middle; a section begins with every heading in the order.

    Words in no box, in boxes the line does not touch, and running headers are not known.
    """
    sections = _sections(page)
    blocks = [(s["bbox"], id(s)) for s in page["shapes"] if s["type"] == "box" and label_of(s) in LABELS]
    pages = [{"width": own.width, "height": own.height} for own in document.pages]
    seen = pages_shown(pages, page["width"] / page["height"])
    x, y = page["width"] / sum(own["width"] for own in seen), page["height"] / seen[0]["height"]
    found = Labelled([], [])
    for word in document.words:
        if word.page > len(seen):
            continue
        left = sum(own["width"] for own in seen[: word.page - 1])
        across, down = (left + (word.box.x0 + word.box.x1) / 2) * x, (word.box.y0 + word.box.y1) / 2 * y
        own = [(_area(box), key) for box, key in blocks if _holds(box, across, down)]
        section = sections.get(min(own)[1]) if own else None
        if section is not None:
            found.starts.append(word.span.start)
            found.sections.append(section)
    return found


def _sections(page: Mapping[str, Any]) -> dict[int, int]:
    found, section = {}, 0
    for shape in ordered_blocks(page):
        if label_of(shape) not in FURNITURE:
            section += label_of(shape) in HEADS
            found[id(shape)] = section
    return found


def _area(box: list[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _holds(box: list[float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
