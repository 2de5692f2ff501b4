"""Captions: blocks that begin with the number of a figure or table."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.raw import RawBlock

_CAPTION = re.compile(
    r"^(?:table|tab\.|figure|fig\.?|chart|plate|scheme|listing|algorithm)"
    r"\s+(?:\d+(?:[.-]\d+)*[a-z]?|[ivxlc]+)\s*(?:[.:–—|)]|$)",
    re.IGNORECASE,
)


def is_caption(text: str) -> bool:
    """Whether it says `Table 3.` or `Fig. 2:`, or that alone; not `Table 3 shows that`."""
    return _CAPTION.match(text) is not None


def mark_captions(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, captions marked."""
    return [replace(block, kind=BlockKind.CAPTION) if is_caption(block.text) else block for block in blocks]
