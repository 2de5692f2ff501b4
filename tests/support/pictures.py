"""Pages drawn to pixels, as a reader sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.geometry import Box
from services.extraction import pdf

SCALE = 4
"""Pixels a point."""

PAPER = 200
"""Grey values below are ink."""


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The PDF as PyMuPDF has it."""
    document = pdf._pymupdf().open(stream=data, filetype="pdf")
    try:
        yield document
    finally:
        document.close()


def picture(page: Any) -> NDArray[np.uint8]:
    """Rows of grey values, 0 black."""
    pymupdf = pdf._pymupdf()
    drawn = page.get_pixmap(matrix=pymupdf.Matrix(SCALE, SCALE), colorspace=pymupdf.csGRAY, alpha=False)
    return (
        np.frombuffer(drawn.samples, dtype=np.uint8)
        .reshape(drawn.height, drawn.stride)[:, : drawn.width]
        .copy()
    )


def inks(data: bytes) -> list[Box | None]:
    """For each page the box around all that is drawn, in points; None where nothing is."""
    with opened(data) as document:
        return [_ink(picture(page)) for page in document]


def _ink(grey: NDArray[np.uint8]) -> Box | None:
    rows, columns = np.nonzero(grey < PAPER)
    if not len(rows):
        return None
    edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return Box(*(float(edge) / SCALE for edge in edges))
