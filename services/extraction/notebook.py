"""Jupyter notebooks (nbformat 2 and later): the sources of the cells, one below the other.

What the cells gave out when they ran is counted, not read.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from models.apparatus import Apparatus, Attachment
from models.cells import noted
from models.document import Block, BlockKind, Drop
from models.errors import CorruptDocument, NestingLimit
from models.span import Span
from models.table import Table
from services.extraction.cleaning import clean, clean_line
from services.extraction.markdown import read_markdown
from services.extraction.notebook_languages import cell_language, notebook_language
from services.extraction.notebook_outputs import Outputs, attached
from services.extraction.plain import blocks, trimmed_lines
from services.extraction.values import Reading

_BETWEEN = "\n\n"
_HINTS = (re.compile(r'"nbformat"\s*:\s*\d'), re.compile(r'"(?:cells|worksheets)"\s*:\s*\['))
_DEEPEST = 6


def is_notebook(text: str) -> bool:
    """Whether it is a JSON object with a number of a format and with cells."""
    if not text.lstrip().startswith("{") or not all(hint.search(text) for hint in _HINTS):
        return False
    try:
        notebook = _loaded(text)
    except (CorruptDocument, NestingLimit):
        return False
    cells = notebook.get("cells", notebook.get("worksheets"))
    return isinstance(notebook.get("nbformat"), int) and isinstance(cells, list)


def read_notebook(text: str) -> Reading:
    """Cells of code are blocks with a language, those of Markdown are read as such.

    `cells` of the metadata says where cells have text (`models.cells`). CorruptDocument, NestingLimit.
    """
    notebook = _loaded(text)
    sheet = _Sheet(notebook_language(notebook))
    try:
        for number, cell in enumerate(_listed(notebook), 1):
            sheet.put(number, cell)
    except RecursionError as error:
        raise NestingLimit from error
    return sheet.reading(_title(notebook))


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        notebook = json.loads(text)
    except RecursionError as error:
        raise NestingLimit from error
    except ValueError as error:
        raise CorruptDocument(f"The notebook is not JSON: {clean_line(str(error))[:200]}") from error
    if not isinstance(notebook, dict):
        raise CorruptDocument("The notebook is not an object with cells.")
    return notebook


def _listed(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The cells; those of old formats stand on worksheets."""
    sheets = [notebook] if "cells" in notebook else notebook.get("worksheets")
    for sheet in _list(sheets):
        for cell in _list(sheet.get("cells") if isinstance(sheet, dict) else None):
            if not isinstance(cell, dict):
                raise CorruptDocument("A cell of the notebook is not an object.")
            yield cell


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CorruptDocument("The notebook has no list of cells.")
    return value


def _title(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return clean_line(title) if isinstance(title, str) else ""


class _Sheet:
    """The text as it is put down, with all that points into it."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts: list[str] = []
        self._position = 0
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self._drops: list[Drop] = []
        self._places: list[str] = []
        self._outputs = Outputs()
        self._attachments: list[Attachment] = []

    def put(self, number: int, cell: Mapping[str, Any]) -> None:
        """The next cell, one blank line below the one before it, unless it is blank."""
        kind = cell.get("cell_type")
        cleaned = clean(_source(cell))
        self._drops += cleaned.drops
        self._outputs.count(cell)
        self._attachments += attached(cell)
        own = cleaned.text.rstrip()
        if not own:
            return
        if self._texts:
            self._texts.append(_BETWEEN)
            self._position += len(_BETWEEN)
        kind = kind if kind in ("code", "markdown", "heading") else "raw"
        self._places.append(noted(number, kind, self._position))
        self._add(_read(own, kind, cell, self._language))
        self._texts.append(own)
        self._position += len(own)

    def _add(self, reading: Reading) -> None:
        at = self._position
        self._blocks += [replace(block, span=block.span.shift(at)) for block in reading.blocks]
        self._tables += [_moved(table, at) for table in reading.tables]

    def reading(self, title: str) -> Reading:
        """All cells."""
        facts = {"title": title, "language": self._language, "cells": " ".join(self._places)}
        return Reading(
            "".join(self._texts),
            tuple(self._blocks),
            drops=(*self._drops, *self._outputs.drops()),
            metadata={name: value for name, value in facts.items() if value},
            tables=tuple(self._tables),
            apparatus=Apparatus(attachments=tuple(self._attachments)),
        )


def _source(cell: Mapping[str, Any]) -> str:
    """A string, or a list of lines; old formats call that of code `input`."""
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise CorruptDocument("The source of a cell is not text.")
    return "".join(lines)


def _read(own: str, kind: str, cell: Mapping[str, Any], language: str) -> Reading:
    whole = Span(0, len(own))
    if kind == "code":
        of_cell = cell_language(own, cell, language)
        return Reading(own, (Block(trimmed_lines(own, whole), BlockKind.CODE, language=of_cell),))
    if kind == "markdown":
        return read_markdown(own)
    if kind == "heading":
        level = cell.get("level")
        depth = min(max(level, 1), _DEEPEST) if isinstance(level, int) else 1
        return Reading(own, (Block(whole.trimmed(own), BlockKind.HEADING, depth),))
    return Reading(own, tuple(blocks(own, BlockKind.PARAGRAPH)))


def _moved(table: Table, at: int) -> Table:
    cells = tuple(cell._replace(span=cell.span.shift(at)) for cell in table.cells)
    return replace(table, spans=tuple(span.shift(at) for span in table.spans), cells=cells)
