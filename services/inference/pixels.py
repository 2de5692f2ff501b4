"""Sampling of grey images: shrinking, and straight strips out of tilted places."""

from typing import Any

import numpy as np
import numpy.typing as npt

from services.extraction.sight import PageImage
from services.inference.blobs import Blob

Grey = npt.NDArray[np.float32]
"""Rows of pixels, 0 black to 255 white."""

Grid = npt.NDArray[Any]


def grey_of(image: PageImage) -> Grey:
    """The image as numbers."""
    flat = np.frombuffer(image.pixels, dtype=np.uint8)
    return flat.reshape(image.height, image.width).astype(np.float32)


def resized(grey: Grey, height: int, width: int) -> Grey:
    """The whole image in that size; what gets smaller is averaged first, so that thin strokes stay."""
    rows, columns = grey.shape
    if (rows, columns) == (height, width):
        return grey
    grey, step = _averaged(grey, min(rows / height, columns / width))
    ys = (np.arange(height) + 0.5) * (rows / height / step) - 0.5
    xs = (np.arange(width) + 0.5) * (columns / width / step) - 0.5
    return _separable(grey, ys, xs)


def strip(grey: Grey, place: Blob, height: int, width: int) -> Grey:
    """What lies in a tilted rectangle, laid straight."""
    grey, step = _averaged(grey, place.across / height)
    cos, sin = np.cos(place.angle), np.sin(place.angle)
    u = ((np.arange(width) + 0.5) / width - 0.5) * (place.along / step)
    v = (((np.arange(height) + 0.5) / height - 0.5) * (place.across / step))[:, None]
    return _bilinear(grey, place.x / step + u * cos - v * sin - 0.5, place.y / step + u * sin + v * cos - 0.5)


def _averaged(grey: Grey, factor: float) -> tuple[Grey, int]:
    """Squares of n by n pixels as one each, n the whole part of `factor`; and n."""
    step = int(factor)
    if step < 2:  # noqa: PLR2004  nothing to average
        return grey, 1
    rows, columns = grey.shape[0] // step, grey.shape[1] // step
    if not rows or not columns:
        return grey, 1
    cut = grey[: rows * step, : columns * step]
    return cut.reshape(rows, step, columns, step).mean(axis=(1, 3), dtype=np.float32), step


def _separable(grey: Grey, ys: Grid, xs: Grid) -> Grey:
    """Bilinear on a grid that is parallel to the pixels."""
    y, fy = _split(ys, grey.shape[0])
    x, fx = _split(xs, grey.shape[1])
    rows = grey[y] * (1 - fy)[:, None] + grey[np.minimum(y + 1, grey.shape[0] - 1)] * fy[:, None]
    found: Grey = rows[:, x] * (1 - fx) + rows[:, np.minimum(x + 1, grey.shape[1] - 1)] * fx
    return found


def _bilinear(grey: Grey, xs: Grid, ys: Grid) -> Grey:
    """At any points; beyond its edges the image goes on as it ends."""
    rows, columns = grey.shape
    x, fx = _split(xs, columns)
    y, fy = _split(ys, rows)
    flat, at = grey.ravel(), y * columns + x
    right = (x < columns - 1).astype(np.intp)
    below = np.where(y < rows - 1, columns, 0)
    above = flat[at] * (1 - fx) + flat[at + right] * fx
    under = flat[at + below] * (1 - fx) + flat[at + below + right] * fx
    found: Grey = above * (1 - fy) + under * fy
    return found


def _split(positions: Grid, size: int) -> tuple[Grid, Grey]:
    """Whole and broken parts of positions, moved into the image."""
    inside = np.clip(positions, 0, size - 1)
    whole = inside.astype(np.intp)
    return whole, (inside - whole).astype(np.float32)
