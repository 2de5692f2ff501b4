"""Our own predictions: every document through the sandboxed child, as the service reads it."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cli.files import File
from cli.work import Bench, bench
from models.document import Block, BlockKind, Document, DropReason
from models.errors import KerfError
from models.geometry import Box, bounds
from models.table import Cell, Table
from services.extraction.rendering import to_markdown
from tests.bench.quality.sets import Item

LABELS = {
    BlockKind.TITLE: "title",
    BlockKind.HEADING: "section_header",
    BlockKind.PARAGRAPH: "text",
    BlockKind.QUOTE: "text",
    BlockKind.LIST_ITEM: "list_item",
    BlockKind.TABLE: "table",
    BlockKind.FIGURE: "picture",
    BlockKind.CAPTION: "caption",
    BlockKind.FOOTNOTE: "footnote",
    BlockKind.FORMULA: "formula",
    BlockKind.CODE: "code",
}
"""Our kinds in the words of the layout set."""

_RUNNING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE)


class Reader:
    """Reads files as the command line does: in a child process, pictures with OCR."""

    def __init__(self, work: Bench, parsing: Mapping[str, Any]) -> None:
        self._work = work
        self._parsing = dict(parsing)
        self.peak_mb = 0

    def document(self, path: Path) -> Document:
        """The document as it would be stored; any KerfError."""
        try:
            return self._work.parse(File(path.name), path, self._parsing)
        finally:
            self.peak_mb = max(self.peak_mb, self._work.child.last_peak_mb)


@contextmanager
def reader(parsing: Mapping[str, Any] = MappingProxyType({})) -> Iterator[Reader]:
    """A reader with these options, whose child is gone at the end."""
    with bench() as work:
        yield Reader(work, parsing)


def predict(
    items: Sequence[Item], out: Path, parsing: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, object]:
    """Write `<id>.md` and `<id>.json` for every document; what could not be read is left out and named."""
    out.mkdir(parents=True, exist_ok=True)
    errors: dict[str, str] = {}
    began = time.perf_counter()
    with reader(parsing) as reads:
        for item in items:
            for suffix in (".md", ".json"):
                (out / f"{item.id}{suffix}").unlink(missing_ok=True)
            try:
                document = reads.document(item.path)
            except KerfError as error:
                errors[item.id] = error.code
                continue
            (out / f"{item.id}.md").write_text(to_markdown(document), encoding="utf-8")
            (out / f"{item.id}.json").write_text(json.dumps(structure(document)), encoding="utf-8")
        return {
            "seconds": round(time.perf_counter() - began, 2),
            "peak_mb": reads.peak_mb,
            "errors": errors,
        }


def structure(document: Document) -> dict[str, Any]:
    """Pages, labelled boxes in reading order and tables, in the form that the scorers read."""
    return {
        "pages": [{"width": page.width, "height": page.height} for page in document.pages],
        "boxes": [*_ordered(document), *_furniture(document)],
        "tables": [part for table in document.tables for part in _parts(document, table)],
    }


def _parts(document: Document, table: Table) -> Iterator[dict[str, Any]]:
    """The table page by page, as the sets have it, with the header on each page that repeats it."""
    pages = sorted({cell.page for cell in table.cells if cell.page is not None}) or [1]
    again = {d.page for d in document.drops if d.reason is DropReason.REPEATED_TABLE_HEADER}
    header = [cell for cell in table.cells if cell.row < table.header_rows]
    for page in pages:
        own = [cell for cell in table.cells if cell.page == page or len(pages) == 1]
        above = header if page in again and page > pages[0] else []
        yield {"page": page, "cells": [_cell(document, cell) for cell in (*above, *own)]}


def _cell(document: Document, cell: Cell) -> dict[str, Any]:
    return {
        "row": cell.row,
        "col": cell.column,
        "rowspan": cell.row_span,
        "colspan": cell.column_span,
        "text": " ".join(cell.span.of(document.text).split()),
    }


def _ordered(document: Document) -> list[Mapping[str, Any]]:
    """Blocks and pictures without text, in the order of the text; each part of a paragraph that goes on
    in the next column or overleaf is a box, as the annotators drew it."""
    found = [
        (block.span.start, 1, page, box, LABELS[block.kind])
        for block in document.blocks
        for page, box in _places(document, block)
    ]
    found += [(at, 0, page, box, "picture") for at, page, box in document.apparatus.pictures]
    found.sort(key=lambda item: item[:2])
    return [
        {"page": page, "bbox": list(box), "label": label}
        for _, _, page, box, label in found
        if page is not None and box is not None
    ]


def _places(document: Document, block: Block) -> list[tuple[int | None, Box | None]]:
    """Page and box of the block, or of each of its parts."""
    words = document.words
    parts: list[tuple[int, Box]] = []
    for i in words.within(block.span) if block.kind in _RUNNING else ():
        page, box = words.pages[i], words.box(i)
        last = parts[-1][1] if parts and parts[-1][0] == page else None
        if last is None or (box.y1 <= last.y0 and (box.x0 >= last.x1 or box.x1 <= last.x0)):
            parts.append((page, box))
        else:
            parts[-1] = page, bounds([last, box])
    return [*parts] if len(parts) > 1 else [(block.page, block.box)]


def _furniture(document: Document) -> Iterator[Mapping[str, Any]]:
    """Running headers and footers; they are in no order with the text."""
    heights = {page.number: page.height for page in document.pages}
    for drop in document.drops:
        if drop.page is None or drop.box is None:
            continue
        label = _label(drop.reason, drop.box, heights[drop.page])
        if label is not None:
            yield {"page": drop.page, "bbox": list(drop.box), "label": label, "furniture": True}


def _label(reason: DropReason, box: Box, height: float) -> str | None:
    named = {DropReason.RUNNING_HEADER: "page_header", DropReason.RUNNING_FOOTER: "page_footer"}
    if reason is DropReason.PAGE_NUMBER:
        return "page_header" if box.y1 < height / 2 else "page_footer"
    return named.get(reason)
