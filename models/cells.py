"""The cells of a notebook in its canonical text, as a document's metadata has them."""

from itertools import pairwise
from typing import NamedTuple

from models.document import Document
from models.span import Span

NOTEBOOK = "application/x-ipynb+json"


class NotebookCell(NamedTuple):
    """A cell with text: its number in the file, from 1; `code`, `markdown`, `heading` or `raw`; where it is.

    The white space between cells belongs to the one above.
    """

    number: int
    kind: str
    span: Span


def noted(number: int, kind: str, start: int) -> str:
    """A cell as one word of the metadata."""
    return f"{number}:{kind}:{start}"


def cells_of(document: Document) -> list[NotebookCell]:
    """The cells in order; none of what is no notebook."""
    if document.media_type != NOTEBOOK:
        return []
    entries = [entry.split(":") for entry in document.metadata.get("cells", "").split()]
    edges = pairwise([*(int(start) for _, _, start in entries), len(document.text)])
    return [
        NotebookCell(int(number), kind, Span(*edge))
        for (number, kind, _), edge in zip(entries, edges, strict=True)
    ]
