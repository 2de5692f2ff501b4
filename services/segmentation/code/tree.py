"""Where a syntax tree may be cut: nodes stay whole while they fit, larger ones fall apart into children.

Walks are iterative and never climb: only the children of nodes that do not fit are looked at.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from services.segmentation.code.languages import Language
from services.segmentation.code.parts import ELEMENT, STATEMENT, TOP, Fits, Part
from services.segmentation.code.sorting import Joined, Kinds, Sorting, kinds_of
from services.segmentation.code.source import Source
from services.segmentation.plan import START, Evidence

if TYPE_CHECKING:
    from tree_sitter import Node

_STATEMENTS = re.compile(r"block|body|suite|compound_statement|declaration|definition|template")
_CODE = re.compile(
    r"func|method|constructor|procedure|macro|lambda|closure|accessor|_init|statement|clause|_case|case_|switch"
    r"|match|try|loop|^(?:if|for|while|do|begin|rule)|yul_"
)
_EXPRESSION = re.compile(
    r"expr|literal|string|list$|dict|object$|array|argument|parameter|call|tuple|assignment|declarator|pair"
    r"|initializer|_type$|element|hash|attribute|binary|operator|type_spec|_value"
)
_KEPT = frozenset(("export_statement", "body_statement"))
"""Statements by name only: what is in them stands where they stand."""

UNDERSTOOD = 0.8
"""Share of an error's bytes in nodes without errors above which these nodes say where to cut."""


@dataclass(slots=True)
class Group(Part):
    """Neighbouring children of one node that form one part."""

    nodes: Sequence[Joined] = ()
    place: Evidence = TOP


class Found(Enum):
    """What is to be done with a part."""

    FITS = "nothing"
    TEXT = "a token that is too long: cut it as text"
    BROKEN = "not understood by the parser: cut it as lines"


def tree_parts(
    root: "Node", source: Source, language: Language, fits: Fits, whole: Part
) -> Iterator[tuple[Group, Found]]:
    """Parts in order that tile the whole, in which the tree stands."""
    kinds = kinds_of(language.name)
    pending = [Group(whole.start, whole.end, whole.before, whole.depth, [Joined(whole.start, root, START)])]
    while pending:
        group = pending.pop()
        if fits(group.start, group.end):
            yield group, Found.FITS
            continue
        smaller = _separated(group, fits) if len(group.nodes) > 1 else _children(group, source, kinds)
        pending += reversed(smaller)
        if not smaller:
            yield group, Found.BROKEN if group.nodes[0].node.is_error else Found.TEXT


def _separated(group: Group, fits: Fits) -> list[Group]:
    """The group's nodes, as many together as fit: a head, then the body that is too large."""
    runs: list[list[Joined]] = []
    start = group.start
    ends = [*(joined.start for joined in group.nodes[1:]), group.end]
    for joined, end in zip(group.nodes, ends, strict=True):
        if runs and fits(start, end):
            runs[-1].append(joined)
        else:
            runs.append([joined])
            start = joined.start if len(runs) > 1 else start
    return _groups(group, runs, group.place)


def _children(group: Group, source: Source, kinds: Kinds) -> list[Group]:
    """The children of the group's only node; none of a leaf, nor of what the parser could not understand."""
    node = group.nodes[0].node
    if node.is_error and not _is_understood(node):
        return []
    place = _place(node.type, group.place)
    sorting = Sorting(source, kinds, place, group.depth + 1)
    cursor = node.walk()
    more = cursor.goto_first_child()
    while more:
        child = cursor.node
        if child is not None and child.end_byte > (first := child.start_byte):
            sorting.add(child, first, cursor.field_id)
        more = cursor.goto_next_sibling()
    return _groups(group, sorting.runs, place)


def _is_understood(node: "Node") -> bool:
    """Whether most of what the parser could not put together consists of nodes that it did understand."""
    inside = sum(child.end_byte - child.start_byte for child in node.named_children if not child.is_error)
    return inside > UNDERSTOOD * (node.end_byte - node.start_byte)


def _groups(whole: Group, runs: Sequence[list[Joined]], place: Evidence) -> list[Group]:
    """Runs of nodes as groups that tile the whole; the first takes its place."""
    found, end = list[Group](), whole.end
    for run in reversed(runs):
        start = run[0].start
        found.append(Group(start, end, run[0].before, whole.depth + 1, run, place))
        end = start
    if found:
        first = found[-1]
        first.start, first.before, first.depth = whole.start, whole.before, whole.depth
    return found[::-1]


@cache
def _place(kind: str, place: Evidence) -> Evidence:
    """What separates the children of a node of this kind that stands in this place."""
    if kind in _KEPT:
        return place
    if _CODE.search(kind):
        return ELEMENT if kind == "expression_statement" else STATEMENT
    if _STATEMENTS.search(kind):
        return STATEMENT if place is ELEMENT else place
    return ELEMENT if _EXPRESSION.search(kind) else place
