"""Source code as text with lines: verbatim, a block for each run of lines without a blank one."""

from models.document import BlockKind
from services.extraction.plain import blocks
from services.extraction.values import Reading


def read_source(text: str) -> Reading:
    """Blocks of code keep the indentation of their first line."""
    return Reading(text, tuple(blocks(text, BlockKind.CODE)))
