"""Which children of a node belong together, and how good a cut between the others is."""

import re
from typing import TYPE_CHECKING, NamedTuple

from services.segmentation.code.languages import Language
from services.segmentation.code.parts import (
    BELOW_COMMENT,
    BELOW_HEADER,
    BETWEEN_IMPORTS,
    ELEMENT,
    INSIDE_LINE,
    LINE,
    at_depth,
)
from services.segmentation.code.source import Source
from services.segmentation.plan import START, Evidence

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENT = re.compile(r"comment|haddock")
_HEADS = frozenset(
    (
        "name",
        "body",
        "condition",
        "consequence",
        "type",
        "parameters",
        "arguments",
        "left",
        "right",
        "operator",
        "value",
        "key",
        "declarator",
        "return_type",
        "function",
        "superclass",
        "superclasses",
        "interfaces",
        "receiver",
        "result",
        "object",
        "property",
        "subject",
        "trait",
    )
)
"""Fields that say: this node is a part of its parent's own construct, not one of a row of equals."""
_BODIES = frozenset(("body", "consequence"))
_CLAUSE = re.compile(r"clause$|^(?:elif|else|elsif|except|catch|finally|rescue|ensure|when)")
_CLOSING = re.compile(r"_end$|end_tag$|ETag$")
_OPENERS = frozenset("{([:")
_SEPARATORS = frozenset(",;")
_LICENCE = re.compile(rb"copyright|licen[sc]e|SPDX-", re.IGNORECASE)
_NEAR = 2
"""Line ends between a comment and what it is about: at most one blank line."""


class Joined(NamedTuple):
    """A node, where its part begins, and the evidence for a cut there."""

    start: int
    node: "Node"
    before: Evidence


class Sorting:
    """Takes the children of one node in order; `runs` are those that belong together."""

    def __init__(self, source: Source, language: Language, place: Evidence, depth: int) -> None:
        self.runs: list[list[Joined]] = []
        self._source = source
        self._language = language
        self._between = at_depth(place, depth)
        self._inside = at_depth(ELEMENT, depth)
        self._last: Node | None = None
        self._binds: Evidence | None = None
        self._comments: int | None = None

    def add(self, node: "Node", field: str | None) -> None:
        """The next child."""
        if self._last is None:
            self.runs.append([Joined(node.start_byte, node, START)])
        else:
            start = self._source.line_start(node.start_byte, self._last.end_byte)
            own_line = start < node.start_byte or self._source.begins_line(start)
            inner = self._inner(self._last, node, field, own_line=own_line)
            if inner is None:
                self._comments = None
                self.runs.append([Joined(start, node, self._before(node, field, own_line=own_line))])
            else:
                if inner is BELOW_COMMENT and len(self.runs) > 1:
                    self._take_over(self._before(node, field, own_line=own_line))
                self.runs[-1].append(Joined(start, node, inner))
        self._bind(node)
        self._last = node

    def _take_over(self, before: Evidence) -> None:
        """A cut before a comment is no better than one before what it is about would be without it."""
        first = self.runs[-1][0]
        self.runs[-1][0] = first._replace(before=min(first.before, before, key=lambda cut: cut.score))

    def _before(self, node: "Node", field: str | None, *, own_line: bool) -> Evidence:
        """How good a cut before a node is that stands for itself."""
        if not own_line:
            return INSIDE_LINE
        clause = field == "alternative" or _CLAUSE.search(node.type) is not None
        return self._inside if clause else self._between

    def _inner(self, last: "Node", node: "Node", field: str | None, *, own_line: bool) -> Evidence | None:
        """Why the node belongs to the one before it, or None: it does not."""
        if self._binds is not None and self._is_bound(last, node):
            return self._binds
        if node.is_named and (field in _BODIES or last.type in _OPENERS or _CLOSING.search(node.type)):
            return BELOW_HEADER
        if _COMMENT.search(node.type):
            return None if own_line else LINE
        if node.is_named and field not in _HEADS and (last.is_named or last.type in _SEPARATORS):
            return self._import(last, node)
        return self._inside if own_line else INSIDE_LINE

    def _import(self, last: "Node", node: "Node") -> Evidence | None:
        imports = self._language.imports
        return BETWEEN_IMPORTS if node.type in imports and last.type in imports else None

    def _bind(self, node: "Node") -> None:
        """Note what binds the node to what follows it."""
        if _COMMENT.search(node.type) is None:
            self._comments = None
            self._binds = BELOW_COMMENT if node.type in self._language.bound else None
            return
        if self._comments is None:
            self._comments = node.start_byte
            begins = self._source.begins_line(self._source.line_start(node.start_byte, 0))
            self._binds = BELOW_COMMENT if begins else None

    def _is_bound(self, last: "Node", node: "Node") -> bool:
        """Whether a comment or an attribute is about the node.

        Comments without a blank line between them are one.
        """
        ends = self._source.data.count(b"\n", last.end_byte, node.start_byte)
        if self._comments is None:
            return ends <= _NEAR
        if _COMMENT.search(node.type) is not None:
            return ends <= 1
        return ends <= _NEAR and not self._is_licence(self._comments, last.end_byte)

    def _is_licence(self, start: int, end: int) -> bool:
        """Whether the comment stands first in the file and speaks of rights."""
        is_first = start == self._source.first
        return is_first and _LICENCE.search(self._source.data, start, end) is not None
