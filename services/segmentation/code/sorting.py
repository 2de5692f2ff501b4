"""Which children of a node belong together, and how good a cut between the others is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from services.segmentation.code.grammars import grammar
from services.segmentation.code.languages import LANGUAGES
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
_HEADS = (
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
"""Fields that say: this node is a part of its parent's own construct, not one of a row of equals."""
_BODIES = ("body", "consequence")
_ALTERNATIVES = ("alternative",)
_CLAUSE = re.compile(r"clause$|^(?:elif|else|elsif|except|catch|finally|rescue|ensure|when)")
_CLOSING = re.compile(r"_end$|end_tag$|ETag$")
_OPENERS = frozenset("{([:")
_SEPARATORS = frozenset(",;")
_LICENCE = re.compile(rb"copyright|licen[sc]e|SPDX-", re.IGNORECASE)
_NEAR = 2
"""Line ends between a comment and what it is about: at most one blank line."""


@dataclass(slots=True)
class Joined:
    """A node, the code point where its part begins, and the evidence for a cut there."""

    start: int
    node: "Node"
    before: Evidence


class Kind(NamedTuple):
    """What the type of a node says of all nodes that have it."""

    is_named: bool
    is_comment: bool
    is_clause: bool
    is_import: bool
    is_bound: bool
    opens: bool
    closes: bool
    separates: bool


class Kinds(dict[int, Kind]):
    """The kinds of a language's node types by number, each found once; and the fields that matter."""

    def __init__(self, language: str) -> None:
        self._language = LANGUAGES[language]
        self._grammar = grammar(language)
        self.bodies = self._fields(_BODIES)
        self.heads = self._fields(_HEADS)
        self.alternatives = self._fields(_ALTERNATIVES)

    def __missing__(self, number: int) -> Kind:
        name = self._grammar.node_kind_for_id(number) or ""
        kind = self[number] = Kind(
            is_named=self._grammar.node_kind_is_named(number),
            is_comment=_COMMENT.search(name) is not None,
            is_clause=_CLAUSE.search(name) is not None,
            is_import=name in self._language.imports,
            is_bound=name in self._language.bound,
            opens=name in _OPENERS,
            closes=_CLOSING.search(name) is not None,
            separates=name in _SEPARATORS,
        )
        return kind

    def _fields(self, names: Iterable[str]) -> frozenset[int]:
        return frozenset(filter(None, map(self._grammar.field_id_for_name, names)))


@cache
def kinds_of(language: str) -> Kinds:
    """What is known of a language in `LANGUAGES`."""
    return Kinds(language)


class Sorting:
    """Takes the children of one node in order; `runs` are those that belong together."""

    def __init__(self, source: Source, kinds: Kinds, place: Evidence, depth: int) -> None:
        self.runs: list[list[Joined]] = []
        self._source = source
        self._kinds = kinds
        self._between = at_depth(place, depth)
        self._inside = at_depth(ELEMENT, depth)
        self._end = 0
        self._kind = kinds[0]
        self._binds: Evidence | None = None
        self._comments: int | None = None

    def add(self, node: "Node", first: int, field: int | None) -> None:
        """The next child and the byte where it begins; the number of its field."""
        kind, source, runs = self._kinds[node.kind_id], self._source, self.runs
        if not runs:
            runs.append([Joined(source.point(first), node, START)])
        else:
            start = source.line_start(first, self._end)
            own_line = start < first or source.begins_line(start)
            inner = self._inner(first, kind, field, own_line=own_line)
            if inner is None:
                self._comments = None
                runs.append([Joined(source.point(start), node, self._before(kind, field, own_line=own_line))])
            else:
                if inner is BELOW_COMMENT and len(runs) > 1:
                    self._take_over(self._before(kind, field, own_line=own_line))
                runs[-1].append(Joined(source.point(start), node, inner))
        self._end, self._kind = node.end_byte, kind
        if kind.is_comment:
            self._bind_comment(first)
        else:
            self._comments = None
            self._binds = BELOW_COMMENT if kind.is_bound else None

    def _take_over(self, before: Evidence) -> None:
        """A cut before a comment is no better than one before what it is about would be without it."""
        first = self.runs[-1][0]
        first.before = min(first.before, before, key=lambda cut: cut.score)

    def _before(self, kind: Kind, field: int | None, *, own_line: bool) -> Evidence:
        """How good a cut before a node is that stands for itself."""
        if not own_line:
            return INSIDE_LINE
        return self._inside if kind.is_clause or field in self._kinds.alternatives else self._between

    def _inner(self, first: int, kind: Kind, field: int | None, *, own_line: bool) -> Evidence | None:
        """Why the node belongs to the one before it, or None: it does not."""
        last, kinds = self._kind, self._kinds
        if self._binds is not None and self._is_bound(first, kind):
            return self._binds
        if kind.is_named and (last.opens or kind.closes or field in kinds.bodies):
            return BELOW_HEADER
        if kind.is_comment:
            return None if own_line else LINE
        if kind.is_named and (last.is_named or last.separates) and field not in kinds.heads:
            return BETWEEN_IMPORTS if kind.is_import and last.is_import else None
        return self._inside if own_line else INSIDE_LINE

    def _bind_comment(self, first: int) -> None:
        """Note that the comment, or those that it goes on with, binds to what follows."""
        if self._comments is None:
            self._comments = first
            self._binds = BELOW_COMMENT if self._source.is_first_in_line(first) else None

    def _is_bound(self, first: int, kind: Kind) -> bool:
        """Whether a comment or an attribute is about the node.

        Comments without a blank line between them are one.
        """
        ends = self._source.data.count(b"\n", self._end, first)
        if self._comments is None:
            return ends <= _NEAR
        if kind.is_comment:
            return ends <= 1
        return ends <= _NEAR and not self._is_licence(self._comments, self._end)

    def _is_licence(self, start: int, end: int) -> bool:
        """Whether the comment stands first in the file and speaks of rights."""
        is_first = start == self._source.first
        return is_first and _LICENCE.search(self._source.data, start, end) is not None
