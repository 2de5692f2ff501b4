"""Text out of WordprocessingML elements, without recursion."""

from collections.abc import Iterator
from typing import Any

from models.errors import NestingLimit

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_BLOCKS = {W + "p", W + "tbl"}
_SKIPPED = {W + "del", W + "moveFrom", W + "pPr", W + "rPr", W + "instrText", W + "delText", _FALLBACK}
_CHARACTERS = {
    W + "tab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "\u00ad",
    W + "ptab": "\t",
}


def blocks_of(container: Any, max_depth: int) -> Iterator[Any]:
    """Paragraphs and tables in document order, also inside content controls and text boxes. NestingLimit."""
    pending = [(child, 1) for child in reversed(container)]
    while pending:
        element, depth = pending.pop()
        if depth > max_depth:
            raise NestingLimit
        if element.tag in _BLOCKS:
            yield element
            if element.tag == W + "p":
                pending.extend((box, depth + 1) for box in reversed(list(_text_boxes(element))))
        elif element.tag not in _SKIPPED:
            pending.extend((child, depth + 1) for child in reversed(element))


def paragraph_text(paragraph: Any) -> str:
    """The text as it stands with all changes accepted; text boxes inside are blocks of their own."""
    parts: list[str] = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        tag = element.tag
        if tag == W + "t":
            parts.append(element.text or "")
        elif tag in _CHARACTERS:
            parts.append(_CHARACTERS[tag])
        elif tag not in _SKIPPED and tag != W + "txbxContent":
            pending.extend(reversed(element))
    return "".join(parts)


def table_rows(table: Any) -> Iterator[list[str]]:
    """The cells' text row by row; a table inside a cell is part of the cell's text."""
    for row in table.iter(W + "tr"):
        if _owner(row, W + "tbl") is table:
            yield [_cell_text(cell) for cell in row.iter(W + "tc") if _owner(cell, W + "tr") is row]


def own_property(paragraph: Any, path: str) -> str | None:
    """The value of one of the paragraph's own properties, such as `pStyle` or `numPr/ilvl`."""
    found = paragraph.find("/".join([f"{W}pPr", *(W + step for step in path.split("/"))]))
    return None if found is None else found.get(W + "val")


def _cell_text(cell: Any) -> str:
    lines = (paragraph_text(paragraph) for paragraph in cell.iter(W + "p") if not _is_fallback(paragraph))
    return " ".join(line for line in lines if line.strip())


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(W + "txbxContent"):
        if not _is_fallback(box) and _owner(box, W + "p") is paragraph:
            yield box


def _is_fallback(element: Any) -> bool:
    return any(ancestor.tag == _FALLBACK for ancestor in element.iterancestors())


def _owner(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)
