"""Parts found at places of a text, made a tree of spans."""

from collections.abc import Sequence
from typing import NamedTuple

from models.outline import Node, NodeKind, Outline
from models.span import Span


class Found(NamedTuple):
    """A part where it begins: how deep it stands compared with others, and what is printed there."""

    start: int
    depth: int
    kind: NodeKind
    label: Span | None = None
    number: str = ""
    heading_span: Span | None = None


def tree_of(found: Sequence[Found], text: str, end: int) -> Outline:
    """The parts as nodes: each runs to the next one that is not deeper, and `end` ends all.

    Depths may have gaps; levels have none. `found` is in the order of the text.
    """
    parents, levels = _parents([part.depth for part in found])
    ends = [end] * len(found)
    open_parts: list[int] = []
    for i, part in enumerate(found):
        while open_parts and levels[open_parts[-1]] >= levels[i]:
            ends[open_parts.pop()] = part.start
        open_parts.append(i)
    return Outline(
        tuple(
            Node(
                Span(part.start, ends[i]).trimmed(text),
                part.kind,
                levels[i],
                parents[i],
                part.label,
                part.number,
                " ".join(part.heading_span.of(text).split()) if part.heading_span else "",
                part.heading_span,
            )
            for i, part in enumerate(found)
        )
    )


def _parents(depths: Sequence[int]) -> tuple[list[int | None], list[int]]:
    """Of each part the nearest one before it that is less deep, and how many stand above it."""
    parents: list[int | None] = []
    levels: list[int] = []
    open_parts: list[int] = []
    for i, depth in enumerate(depths):
        while open_parts and depths[open_parts[-1]] >= depth:
            open_parts.pop()
        parents.append(open_parts[-1] if open_parts else None)
        levels.append(len(open_parts))
        open_parts.append(i)
    return parents, levels
