"""Markdown: the source verbatim, blocks by the ranges of pulldown-cmark (CommonMark, tables, footnotes)."""

import re
from collections.abc import Sequence

from models.document import Block, BlockKind
from models.span import Span, gaps
from services.extraction.cleaning import clean_line
from services.extraction.line_map import LineMap
from services.extraction.markdown_leaves import Leaves
from services.extraction.markdown_offsets import events_of
from services.extraction.plain import blocks as plain_blocks
from services.extraction.values import Reading

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_FIELD = re.compile(
    r"^(title|author|subject|description|date|keywords|tags)[ \t]*:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE
)


def read_markdown(text: str) -> Reading:
    """Blocks in order, covering all that is not blank: what the parser skips becomes paragraphs."""
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    leaves = Leaves(text, LineMap(text))
    for event, span in events_of(text, start):
        leaves.take(event, span)
    found = leaves.blocks
    for gap in gaps((block.span for block in found), len(text)):
        found.extend(_shifted(text, gap))
    found.sort(key=lambda block: block.span)
    metadata = _fields(front[1] or "") if front else {}
    return Reading(text, tuple(found), metadata=metadata, tables=tuple(leaves.tables))


def _shifted(text: str, gap: Span) -> Sequence[Block]:
    return [
        Block(block.span.shift(gap.start), block.kind)
        for block in plain_blocks(gap.of(text), BlockKind.PARAGRAPH)
    ]


def _fields(front: str) -> dict[str, str]:
    pairs = {match[1]: clean_line(match[2].strip("\"'")) for match in _FIELD.finditer(front)}
    return {name: value for name, value in pairs.items() if value}
