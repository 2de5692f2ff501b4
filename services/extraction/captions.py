"""Captions: blocks that begin with the number of a figure or table, and what of the caption stands below."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from services.extraction.raw import RawBlock

_NAMES = (
    r"(?P<name>table|tab\.|figure|fig\.?|chart|plate|scheme|listing|algorithm|graph|diagram|"
    r"abbildung|abb\.|tabelle|tableau|figura|tabla|tabella|tabela|gráfico|quadro|graphique|schéma|图|表|圖)"
)
_NUMBER = r"(?:\s*(?:[A-Z]\.?)?\d+(?:[.-]\d+)*[a-z]?|\s+[ivxlc]+|\s+[A-Z])\s*"
_CAPTION = re.compile(rf"^(?:supplementary\s+)?{_NAMES}{_NUMBER}(?:[.:–—|)]|$)", re.IGNORECASE)
_BARE = re.compile(rf"^{_NAMES}{_NUMBER}$", re.IGNORECASE)
_TABLES = ("tab", "表", "quadro")
_ROWS = 4
_NEAR = 2.0
_LONGEST = 300


def is_caption(text: str) -> bool:
    """Whether it says `Table 3.` or `Fig. 2:`, or that alone; not `Table 3 shows that`."""
    return _CAPTION.match(text) is not None


def names_table(text: str) -> bool:
    """Whether the caption is that of a table."""
    match = _CAPTION.match(text)
    return match is not None and match["name"].lower().startswith(_TABLES)


def captions_figure(text: str) -> bool:
    """Whether the line begins a caption of something drawn."""
    return is_caption(text) and not names_table(text)


def mark_captions(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The same blocks, captions marked; a number alone takes the lines right below it with it."""
    marked: list[RawBlock] = []
    for block in blocks:
        if marked and _goes_on(marked[-1], block):
            marked[-1] = replace(marked[-1], rows=marked[-1].rows + block.rows)
        elif block.kind is BlockKind.PARAGRAPH and is_caption(block.text):
            marked.append(replace(block, kind=BlockKind.CAPTION))
        else:
            marked.append(block)
    return marked


def _goes_on(caption: RawBlock, block: RawBlock) -> bool:
    """Whether the block says what the bare number above it is of."""
    if (
        caption.kind is not BlockKind.CAPTION
        or block.kind is not BlockKind.PARAGRAPH
        or is_caption(block.text)
    ):
        return False
    above, below = caption.rows[-1][0].box, block.rows[0][0].box
    near = 0 <= below.y0 - above.y0 < _NEAR * max(above.height, below.height)
    alike = min(above.x1, below.x1) > max(above.x0, below.x0)
    short = (
        len(block.rows) <= _ROWS and len(block.text) <= _LONGEST and all(len(row) == 1 for row in block.rows)
    )
    return near and alike and short and caption.page == block.page and _BARE.match(caption.text) is not None
