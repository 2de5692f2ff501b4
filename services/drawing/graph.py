"""The edges of the graph over a page: the heavier, the thicker."""

from collections import Counter
from collections.abc import Iterator, Sequence

from services.drawing.svg import Point, curve, element, group, tooltip
from services.drawing.values import Shown, View
from services.segmentation.edges import Edge

NEAR, ALIKE, LINKED = "#343a40", "#d6336c", "#000000"
"""What weighs more in an edge: nearness on the page, likeness in meaning; what belongs together."""
HEAVIEST = 3
"""Edges of each block that are drawn, the heaviest: with all of them a page would be black."""
DASH = 5.0
_THINNEST, _THICKEST = 0.3, 2.2
_BOW, _WIDEST = 0.16, 70.0


def graph(view: View) -> str:
    """Edges from light to heavy, and a dot where they meet."""
    if not view.edges:
        return ""
    places = {shown.block.span.start: shown for shown in view.blocks}
    paths = [path for edge in heaviest(view.edges) for path in _path(view, edge)]
    dots = [element("circle", cx=_middle(shown)[0], cy=_middle(shown)[1], r=2.6) for shown in places.values()]
    return group(paths, fill="none", stroke_linecap="round", stroke_opacity=0.6) + group(
        dots, fill=NEAR, stroke="#ffffff", stroke_width=0.8
    )


def heaviest(edges: Sequence[Edge]) -> list[Edge]:
    """Of edges from light to heavy those drawn: what belongs together, and HEAVIEST of each block."""
    counts: Counter[int] = Counter()
    found = []
    for edge in reversed(edges):
        ends = (edge.first.start, edge.second.start)
        if edge.linked or min(counts[end] for end in ends) < HEAVIEST:
            found.append(edge)
            counts.update(ends)
    return found[::-1]


def look_of(edge: Edge) -> tuple[str, float, float]:
    """Colour, width and length of the dashes, 0 for none."""
    if edge.linked:
        return LINKED, _THICKEST + 0.6, 0.0
    wide = _THINNEST + (_THICKEST - _THINNEST) * edge.weight
    return (NEAR, wide, 0.0) if edge.near >= edge.alike else (ALIKE, wide, DASH)


def _path(view: View, edge: Edge) -> Iterator[str]:
    first, second = (_at(view, span.start) for span in (edge.first, edge.second))
    if first is None or second is None:
        return
    a, b = _middle(first), _middle(second)
    stroke, wide, dash = look_of(edge)
    length = ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
    bow = 0.0 if second.order == first.order + 1 else min(_WIDEST, _BOW * length)
    said = (
        f"{first.order} – {second.order}: weight {edge.weight:.2f}, "
        f"nearness {edge.near:.2f}, likeness {edge.alike:.2f}"
    )
    yield element(
        "path", tooltip(said), d=curve(a, b, bow if dash else -bow, dash), stroke=stroke, stroke_width=wide
    )


def _at(view: View, offset: int) -> Shown | None:
    for shown in view.blocks:
        if shown.block.span.start <= offset < shown.block.span.end:
            return shown
    return None


def _middle(shown: Shown) -> Point:
    box = max(shown.boxes, key=lambda one: one.width * one.height)
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
