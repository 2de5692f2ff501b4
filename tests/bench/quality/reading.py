"""Our own predictions: every document through the sandboxed child, as the service reads it."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.work import Bench, bench
from models.document import BlockKind, Document, DropReason
from models.errors import KerfError
from models.geometry import Box
from models.table import Table
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


class Reader:
    """Reads files as the command line does: in a child process, pictures with OCR."""

    def __init__(self, work: Bench) -> None:
        self._work = work
        self.peak_mb = 0

    def document(self, path: Path) -> Document:
        """The document as it would be stored; any KerfError."""
        try:
            return self._work.parse(path.name, path, {})
        finally:
            self.peak_mb = max(self.peak_mb, self._work.child.last_peak_mb)


@contextmanager
def reader() -> Iterator[Reader]:
    """A reader whose child is gone at the end."""
    with bench() as work:
        yield Reader(work)


def predict(items: Sequence[Item], out: Path) -> dict[str, object]:
    """Write `<id>.md` and `<id>.json` for every document; what could not be read is left out and named."""
    out.mkdir(parents=True, exist_ok=True)
    errors: dict[str, str] = {}
    began = time.perf_counter()
    with reader() as reads:
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
        "boxes": [*_blocks(document), *_furniture(document)],
        "tables": [_table(document, table) for table in document.tables],
    }


def _table(document: Document, table: Table) -> dict[str, Any]:
    """Cells with text; the table counts as one of the page it begins on."""
    pages = [cell.page for cell in table.cells if cell.page is not None]
    cells = [
        {
            "row": cell.row,
            "col": cell.column,
            "rowspan": cell.row_span,
            "colspan": cell.column_span,
            "text": " ".join(cell.span.of(document.text).split()),
        }
        for cell in table.cells
    ]
    return {"page": min(pages, default=1), "cells": cells}


def _blocks(document: Document) -> Iterator[Mapping[str, Any]]:
    for block in document.blocks:
        if block.page is not None and block.box is not None:
            yield {"page": block.page, "bbox": list(block.box), "label": LABELS[block.kind]}


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
