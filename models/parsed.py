"""A Document as the command line and the API show it: one JSON object."""

from functools import cache
from importlib.metadata import version
from typing import Any

from models.apparatus_forms import shown
from models.document import Block, Document, Drop, Page
from models.geometry import Box
from models.table import Cell, Table
from models.table_forms import table_html, table_markdown

PARSER = 6
"""Raised whenever any reader, network or rule may make something else of the same bytes and options."""

MARKDOWN = "text/markdown"


@cache
def parser_profile() -> str:
    """What decides what a source is read into, beside bytes, name and options."""
    return f"parse-{PARSER}/pymupdf-{version('pymupdf')}"


def parsed_form(document: Document, name: str) -> dict[str, Any]:
    """Text and what is in it; offsets in code points, boxes in points from the page's top left."""
    return {
        "document": name,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "text": document.text,
        "pages": [_page(page) for page in document.pages],
        "blocks": [_block(block) for block in document.blocks],
        "tables": [_table(document, table) for table in document.tables],
        "drops": [_drop(drop) for drop in document.drops],
        "metadata": dict(document.metadata),
        **shown(document.apparatus),
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "span": list(page.span),
        "needs_ocr": page.needs_ocr,
        "confidence": page.confidence,
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind.value,
        "level": block.level,
        "page": block.page,
        "box": _edges(block.box),
        "span": list(block.span),
        "language": block.language or None,
    }


def _table(document: Document, table: Table) -> dict[str, Any]:
    is_markdown = document.media_type == MARKDOWN
    return {
        "spans": [list(span) for span in table.spans],
        "rows": table.rows,
        "columns": table.columns,
        "cells": [_cell(cell) for cell in table.cells],
        "html": table_html(document.text, table),
        "markdown": table_markdown(document.text, table, is_markdown=is_markdown),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "row": cell.row,
        "column": cell.column,
        "row_span": cell.row_span,
        "column_span": cell.column_span,
        "header": cell.is_header,
        "span": list(cell.span),
        "page": cell.page,
        "box": _edges(cell.box),
    }


def _drop(drop: Drop) -> dict[str, Any]:
    return {
        "reason": drop.reason.value,
        "text": drop.text,
        "page": drop.page,
        "box": _edges(drop.box),
        "at": drop.at,
    }


def _edges(box: Box | None) -> list[float] | None:
    return None if box is None else list(box.rounded())
