"""The documents of a set as the service reads them, and the gold section of each of their words.

readoc: headings of the Markdown made from the papers' own sources. rendered: offsets of headings, exact.
gpo_reports: headings of the publisher's XML (`uslm`). docling_cvat: boxes that people drew, in the order they
drew (`drawn`). A section is what stands from one heading to the next, whatever their levels.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from models.document import Document
from models.errors import KerfError
from tests.bench.quality.reading import reader
from tests.bench.quality.sets import Item, items
from tests.bench.s2.drawn import drawn
from tests.bench.s2.gold import Labelled, labelled, of_markdown, of_record
from tests.bench.s2.uslm import of_uslm

SETS = ("readoc", "rendered", "gpo_reports", "docling_cvat")
PAGES = 60
"""Longer documents are left out."""
UPWARDS = 0.1
"""Of the page's height: so far up the text goes at least from one column to the next."""


class Case(NamedTuple):
    """A document, what is known of its words, and whether its pages have several columns."""

    name: str
    document: Document
    gold: Labelled
    has_columns: bool


def cases(data: Path, name: str) -> list[Case]:
    """Those with a gold of two sections or more."""
    found = []
    with reader() as reads:
        for item in items(data, name):
            if item.record.get("speed_only"):
                continue
            try:
                document = reads.document(item.path)
            except KerfError as error:
                print(json.dumps({"set": name, "document": item.id, "left_out": error.code}), flush=True)
                continue
            if 0 < len(document.pages) <= PAGES:
                gold = _gold(document, item)
                if len(set(gold.sections)) > 1:
                    found.append(Case(f"{name}/{item.id}", document, gold, has_columns(document)))
    return found


def has_columns(document: Document) -> bool:
    """Whether on half of its pages the text goes on higher up and farther right than it was."""
    heights = {page.number: page.height for page in document.pages}
    words = document.words
    pages = np.frombuffer(words.pages, np.uint16)
    x0, y0, x1, _ = (np.frombuffer(edge, np.float32) for edge in words.edges)
    ups = UPWARDS * np.array([heights[page] for page in pages.tolist()])[1:]
    on = (pages[1:] == pages[:-1]) & (y0[1:] < y0[:-1] - ups) & (x0[1:] > x1[:-1])
    return len(set(pages[1:][on].tolist())) >= len(document.pages) / 2


def _gold(document: Document, item: Item) -> Labelled:
    pages = item.record.get("pages")
    if isinstance(pages, list):
        return drawn(document, pages[0])
    return labelled(document, list(_words(item.path, item.record)))


def _words(path: Path, record: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    markdown, xml = path.with_suffix(".gold.md"), path.with_suffix(".gold.xml")
    if markdown.exists():
        return of_markdown(markdown.read_text(encoding="utf-8"))
    return of_uslm(xml.read_bytes()) if xml.exists() else of_record(record)
