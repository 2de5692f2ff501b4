"""What is said of a definition: its docstring, or the comments right above it, without their marks."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 1000
_MARKS = re.compile(
    r"^[ \t]*(?:///?!?|/\*+!?|\*+/?|#+[!']?|--+\|?|;+|<!--)[ \t]?|[ \t]*(?:\*+/|-->)[ \t]*$", re.MULTILINE
)
_QUOTES = re.compile(r"^\w*(\"\"\"|'''|\"|')(.*)\1$", re.DOTALL)
_BETWEEN = re.compile(rb"[^;{}]{0,200}")
"""Attributes and words like `export` between a comment and what it is about."""


class Comments:
    """The comments of a source, by their bytes; sorted when somebody asks."""

    def __init__(self, data: bytes, nodes: "Sequence[Node]") -> None:
        self.data = data
        self._nodes = nodes

    @cached_property
    def _ranges(self) -> list[tuple[int, int]]:
        ranges = (node.byte_range for node in self._nodes)
        return sorted(found for found in ranges if not self.data.startswith(b"#!", found[0]))

    def about(self, start: int) -> str:
        """The comments that end right above the byte, with no blank line between them."""
        index = bisect_right(self._ranges, (start, 0)) - 1
        below, lines = start, list[str]()
        while index >= 0 and self._is_above(self._ranges[index], below, is_first=below == start):
            first, last = self._ranges[index]
            lines.append(self.data[first:last].decode("utf-8", "ignore").rstrip())
            below, index = first, index - 1
        return _plain("\n".join(reversed(lines)))

    def _is_above(self, comment: tuple[int, int], below: int, *, is_first: bool) -> bool:
        between = self.data[comment[1] : below]
        if not self._begins_line(comment[0]) or between.count(b"\n") > 1 + is_first:
            return False
        return _BETWEEN.fullmatch(between) is not None if is_first else not between.strip()

    def _begins_line(self, byte: int) -> bool:
        start = self.data.rfind(b"\n", 0, byte) + 1
        return not self.data[start:byte].strip()


def docstring(node: "Node", data: bytes) -> str:
    """The string that a definition's body begins with, or its description."""
    above = node.named_child(0) if node.named_child_count else None
    if above is not None and above.type == "description":
        return _tidy(data[above.start_byte : above.end_byte].decode("utf-8", "ignore").strip('"'))
    body = node.child_by_field_name("body")
    first = body.named_child(0) if body is not None and body.named_child_count else None
    return quoted(first, data) if first is not None else ""


def quoted(node: "Node", data: bytes) -> str:
    """What a statement says that is nothing but a string; else nothing."""
    inner = node.named_child(0) if node.named_child_count == 1 else None
    found = inner if node.type == "expression_statement" and inner is not None else node
    if found.type != "string":
        return ""
    match = _QUOTES.match(data[found.start_byte : found.end_byte].decode("utf-8", "ignore"))
    return _tidy(match[2]) if match else ""


def without_marks(comment: bytes) -> str:
    """The words of a comment."""
    return _plain(comment.decode("utf-8", "ignore"))


def _plain(comments: str) -> str:
    return _tidy(_MARKS.sub("", comments))


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    said = "\n".join(lines)
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
