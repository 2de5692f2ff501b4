"""What a file or a symbol says of itself, in one sentence: it follows the name in the context of chunks."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from services.segmentation.code.docstrings import quoted, without_marks
from services.segmentation.code.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 160
FEWEST_WORDS = 2
_MOST_BEFORE = 16
"""Nodes at the start of a file among which its own words are looked for."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s(?![a-z\d])")
_NO_PROSE = re.compile(r"^(?:\W*|\.\. .*|:\w[^:\n]*:.*|@\w+.*)$", re.MULTILINE)
"""Lines without a word; directives, fields and tags of documentation."""
_FORMAL = re.compile(r"copyright|licen[sc]e|SPDX-|coding[:=]|generated", re.IGNORECASE)
_HEADS = re.compile(r"package|import|include|module_declaration|^use_|^using")
"""What a comment right above it says nothing of."""


class Opening(NamedTuple):
    """Where a file's own words begin (code points), and their first sentence."""

    start: int = 0
    summary: str = ""


def summary(said: str) -> str:
    """The first sentence with words in it, on one line of at most 160 characters; else nothing."""
    for paragraph in _NO_PROSE.sub("", said).split("\n\n"):
        line = _SENTENCE_END.split(" ".join(paragraph.split()), maxsplit=1)[0]
        if len(_WORD.findall(line)) >= FEWEST_WORDS:
            return line if len(line) <= LONGEST else line[: LONGEST - 1].rpartition(" ")[0] + " …"
    return ""


def opening(root: "Node", source: Source) -> Opening:
    """What the file says of itself: a string, or a comment that is about no declaration nor rights."""
    for node, text in _said(root, source.data):
        found = "" if _FORMAL.search(text) else summary(text)
        if found:
            return Opening(source.point(node.start_byte), found)
    return Opening()


def _said(root: "Node", data: bytes) -> Iterator[tuple["Node", str]]:
    """The string a file begins with, and its first blocks of comments."""
    block: list[Node] = []
    for index in range(min(_MOST_BEFORE, root.named_child_count)):
        node = root.named_child(index)
        if node is None:
            return
        apart = bool(block) and data.count(b"\n", block[-1].end_byte - 1, node.start_byte) > 1
        is_comment = "comment" in node.type
        if block and (apart or (not is_comment and _HEADS.search(node.type))):
            yield block[0], without_marks(data[block[0].start_byte : block[-1].end_byte])
            block = []
        if not is_comment:
            yield node, quoted(node, data)
            return
        if not data.startswith(b"#!", node.start_byte):
            block.append(node)
