"""A document as a tree of numbered and named parts, the way a lawyer cites it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from models.span import Span


class NodeKind(StrEnum):
    """What a part is called, or what it is where nobody calls it anything."""

    PART = "part"
    BOOK = "book"
    DIVISION = "division"
    TITLE = "title"
    SUBTITLE = "subtitle"
    CHAPTER = "chapter"
    SUBCHAPTER = "subchapter"
    SUBPART = "subpart"
    ARTICLE = "article"
    SECTION = "section"
    CLAUSE = "clause"
    RULE = "rule"
    SCHEDULE = "schedule"
    ANNEX = "annex"
    APPENDIX = "appendix"
    EXHIBIT = "exhibit"
    PREAMBLE = "preamble"
    RECITAL = "recital"
    DEFINITION = "definition"
    SIGNATURE = "signature"
    PARAGRAPH = "paragraph"
    """Numbered in figures (`12.`, `4.2`) and not called anything."""
    ITEM = "item"
    """Between brackets, lettered, in Roman figures or with a bullet."""
    HEADING = "heading"
    """A heading without a number."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part: `span` runs from its first character to the end of all that is below it.

    `label` is the number as it is printed, name and brackets included (`Section 4.2`, `(a)`), `number` the
    number alone (`4.2`, `a`), empty without one. `heading` is the wording of its title in one line, of a
    definition its term. `level` counts from 0, `parent` is an index into the nodes.
    """

    span: Span
    kind: NodeKind
    level: int = 0
    parent: int | None = None
    label: Span | None = None
    number: str = ""
    heading: str = ""
    heading_span: Span | None = None


@dataclass(frozen=True)
class Outline:
    """The nodes in the order of the text, parents before children; ValueError unless a tree of spans.

    Every look-up takes O(log nodes + depth).
    """

    nodes: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        open_nodes: list[int] = []
        start = 0
        for i, node in enumerate(self.nodes):
            while open_nodes and open_nodes[-1] != node.parent:
                start = max(start, self.nodes[open_nodes.pop()].span.end)
            parent = self.nodes[open_nodes[-1]] if open_nodes else None
            if parent is None and node.parent is not None:
                raise ValueError("parents come before their children, and no part between them ends it")
            if node.level != (parent.level + 1 if parent else 0):
                raise ValueError("a level is one below its parent's, and 0 without one")
            if node.span.start < start or (parent and not parent.span.contains(node.span)):
                raise ValueError("parts lie in their parents and do not overlap their siblings")
            if not all(node.span.contains(own) for own in (node.label, node.heading_span) if own):
                raise ValueError("numbers and headings lie in their parts")
            start = node.span.start
            open_nodes.append(i)

    def children(self, parent: int | None = None) -> tuple[int, ...]:
        """Indices of the parts directly below, in order; of the outermost ones for None."""
        return self._children.get(parent, ())

    def ancestors(self, index: int) -> tuple[int, ...]:
        """Indices of the parts around this one, outermost first."""
        found = []
        parent = self.nodes[index].parent
        while parent is not None:
            found.append(parent)
            parent = self.nodes[parent].parent
        return tuple(reversed(found))

    def at(self, offset: int) -> int | None:
        """Index of the innermost part that holds the offset."""
        index: int | None = bisect_right(self._starts, offset) - 1
        if index == -1:
            return None
        while index is not None and self.nodes[index].span.end <= offset:
            index = self.nodes[index].parent
        return index

    def starting_in(self, span: Span) -> range:
        """Indices of the parts that begin in the span."""
        return range(bisect_left(self._starts, span.start), bisect_left(self._starts, span.end))

    def around(self, offset: int) -> tuple[int, ...]:
        """Indices of all parts that hold the offset, outermost first."""
        index = self.at(offset)
        return () if index is None else (*self.ancestors(index), index)

    @cached_property
    def _starts(self) -> list[int]:
        return [node.span.start for node in self.nodes]

    @cached_property
    def _children(self) -> dict[int | None, tuple[int, ...]]:
        below: dict[int | None, list[int]] = {}
        for i, node in enumerate(self.nodes):
            below.setdefault(node.parent, []).append(i)
        return {parent: tuple(indices) for parent, indices in below.items()}


def titled(node: Node, text: str) -> str:
    """The number as it is printed and the heading, else the kind."""
    label = " ".join(node.label.of(text).split()) if node.label else ""
    return " ".join(filter(None, (label, node.heading))) or node.kind.value
