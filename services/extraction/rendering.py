"""Documents back to Markdown, block by block."""

import re

from models.document import Block, BlockKind, Document
from services.extraction.enumerators import is_bullet, is_enumerated

_BULLET = re.compile(r"^\s*[^\w\s(\[]\s*")
_VERBATIM = "text/markdown"


def to_markdown(document: Document) -> str:
    """Headings with `#` (one more below a title), items with `-`, code fenced; Markdown as it came."""
    if document.media_type == _VERBATIM:
        return document.text
    below_title = any(block.kind is BlockKind.TITLE for block in document.blocks)
    rendered = [_block(document.text, block, int(below_title)) for block in document.blocks]
    return "\n\n".join(piece for piece in rendered if piece) + "\n" if rendered else ""


def _block(text: str, block: Block, shift: int) -> str:
    own = block.span.of(text)
    if block.kind is BlockKind.TITLE:
        return f"# {_one_line(own)}"
    if block.kind is BlockKind.HEADING:
        return f"{'#' * max(1, min(block.level + shift, 6))} {_one_line(own)}"
    if block.kind is BlockKind.LIST_ITEM:
        return _item(own, block.level)
    if block.kind is BlockKind.CODE:
        fence = "`" * max(3, 1 + _longest_run(own))
        return f"{fence}\n{own}\n{fence}"
    if block.kind is BlockKind.QUOTE:
        return "\n".join(f"> {line}".rstrip() for line in own.splitlines())
    return own


def _item(own: str, level: int) -> str:
    indent = "  " * max(0, level - 1)
    if is_bullet(own):
        return f"{indent}- {_BULLET.sub('', own, count=1)}"
    return f"{indent}{own}" if is_enumerated(own) else f"{indent}- {own}"


def _one_line(own: str) -> str:
    return " ".join(own.split())


def _longest_run(own: str) -> int:
    return max((len(run) for run in re.findall(r"`+", own)), default=0)
