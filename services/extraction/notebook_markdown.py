"""Notebooks back to Markdown: cells of Markdown and raw ones as they came, code in fences."""

import re

from models.cells import NotebookCell, cells_of
from models.document import Document

_TICKS = re.compile(r"`+")


def notebook_markdown(document: Document) -> str:
    """The cells, one blank line apart."""
    return "".join(f"{_written(document, cell)}\n\n" for cell in cells_of(document)).removesuffix("\n")


def fenced(code: str, language: str = "") -> str:
    """Listed code between fences that are longer than any run of ticks in it."""
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(code)), default=0))
    return f"{fence}{language}\n{code}\n{fence}"


def _written(document: Document, cell: NotebookCell) -> str:
    own = cell.span.of(document.text).rstrip()
    block = document.blocks[document.block_at(cell.span.end - 1)]
    if cell.kind == "code":
        return fenced(own, block.language)
    return f"{'#' * block.level} {own}" if cell.kind == "heading" else own
