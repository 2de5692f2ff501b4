"""Whether the boxes of words hold what is drawn: a pixel test over the PDFs of a folder.

`python -m tests.bench.quality.provenance FOLDER [--pages N] [--rows]` prints one JSON object.
`words_with_ink` is the share of words in whose box something is drawn; `ink_in_boxes` the share of the
pixels of text that lie in the box of a word or of something declared as dropped. Words that are invisible
(hidden OCR layers, white on white) have no ink.
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.document import Document
from models.errors import KerfError
from models.geometry import Box
from tests.bench.quality.reading import reader
from tests.support import pictures

CONTRAST = 40
"""Grey values between the lightest and the darkest pixel of a box that has something in it."""

_GROWN = 0.5
"""Points that boxes are grown by before pixels outside are counted: half an antialiased pixel."""


@dataclass
class Tally:
    """Counts over pages."""

    pages: int = 0
    words: int = 0
    inked: int = 0
    pixels: int = 0
    boxed: int = 0
    empty: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take these counts too."""
        for name in ("pages", "words", "inked", "pixels", "boxed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.empty += other.empty

    def figures(self) -> dict[str, object]:
        """For the report."""
        return {
            "pages": self.pages,
            "words": self.words,
            "words_with_ink": round(self.inked / self.words, 6) if self.words else None,
            "ink_in_boxes": round(self.boxed / self.pixels, 6) if self.pixels else None,
        }


def measured(path: Path, document: Document, most: int) -> Tally:
    """The first pages of one PDF."""
    tally = Tally()
    with pictures.opened(path.read_bytes()) as pdf:
        for page in document.pages[:most]:
            if not page.needs_ocr:
                tally.add(_page(pdf[page.number - 1], document, page.number))
    return tally


def _page(page: Any, document: Document, number: int) -> Tally:
    run = next(
        (run for found, run in document.words.runs(range(len(document.words))) if found == number), None
    )
    tally = Tally(pages=1)
    words = [] if run is None else [document.words.box(i) for i in range(run.start, run.stop)]
    seen = pictures.picture(page)
    for i, box in enumerate(words):
        tally.words += 1
        found = _cut(seen, box)
        if found.size and int(found.max()) - int(found.min()) >= CONTRAST:
            tally.inked += 1
        elif run is not None:
            at = run.start + i
            tally.empty.append(document.text[document.words.starts[at] : document.words.ends[at]])
    drops = [drop.box for drop in document.drops if drop.page == number and drop.box is not None]
    ink = text_only(page) < pictures.PAPER
    tally.pixels = int(ink.sum())
    for box in (*words, *drops):
        _cut(ink, Box(box.x0 - _GROWN, box.y0 - _GROWN, box.x1 + _GROWN, box.y1 + _GROWN))[:] = False
    tally.boxed = tally.pixels - int(ink.sum())
    return tally


def text_only(page: Any) -> NDArray[np.uint8]:
    """The page without its pictures and lines; the page is changed by it."""
    page.add_redact_annot(page.rect)
    page.apply_redactions(images=1, graphics=2, text=1)
    return pictures.picture(page)


def _cut(grey: NDArray[Any], box: Box) -> NDArray[Any]:
    x0, y0, x1, y1 = (edge * pictures.SCALE for edge in box)
    return grey[max(0, int(y0)) : int(np.ceil(y1)), max(0, int(x0)) : int(np.ceil(x1))]


def run(paths: Iterable[Path], most: int, *, rows: bool) -> Tally:
    """All files; with `rows` a line for each that is not perfect."""
    total = Tally()
    with reader() as reads:
        for path in paths:
            try:
                document = reads.document(path)
            except KerfError:
                continue
            found = measured(path, document, most)
            total.add(found)
            if rows and (found.empty or found.boxed < found.pixels):
                print(json.dumps({"file": path.name, **found.figures(), "empty": found.empty[:8]}))
    return total


def main() -> None:
    """Over a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=5, help="of each file, from the first")
    parser.add_argument("--rows", action="store_true")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.rglob("*.pdf"))
    print(json.dumps(run(paths, arguments.pages, rows=arguments.rows).figures()))


if __name__ == "__main__":
    main()
