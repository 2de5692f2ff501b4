"""Connected parts of a bitmap as upright or tilted rectangles, from the runs of its rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Bitmap = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Blob:
    """A tilted rectangle: its centre, its direction in radians, and its extent.

    `along` and `across` are the lengths parallel and perpendicular to that direction, in pixels.
    """

    x: float
    y: float
    angle: float
    along: float
    across: float


@dataclass(frozen=True, slots=True)
class Part:
    """The runs of one connected part: their rows, and columns from `start` up to `stop`."""

    row: Numbers
    start: Numbers
    stop: Numbers

    @property
    def size(self) -> int:
        """How many pixels."""
        return int((self.stop - self.start).sum())

    def axis(self) -> float:
        """Direction of the principal axis of inertia, between -90 and 90 degrees, in radians."""
        n = (self.stop - self.start).astype(np.float64)
        xs, ys = (self.start + self.stop - 1) / 2.0, self.row.astype(np.float64)
        dx, dy = xs - np.average(xs, weights=n), ys - np.average(ys, weights=n)
        xx = (n * dx * dx + (n**3 - n) / 12).sum()
        yy, xy = (n * dy * dy).sum(), (n * dx * dy).sum()
        return float(np.arctan2(2 * xy, xx - yy) / 2)

    def rectangle(self, angle: float) -> Blob:
        """The smallest rectangle in that direction around it."""
        xs = np.concatenate((self.start, self.stop, self.start, self.stop)).astype(np.float64)
        ys = np.concatenate((self.row, self.row, self.row + 1, self.row + 1)).astype(np.float64)
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        u, v = xs * cos + ys * sin, ys * cos - xs * sin
        u0, u1, v0, v1 = float(u.min()), float(u.max()), float(v.min()), float(v.max())
        middle, level = (u0 + u1) / 2, (v0 + v1) / 2
        return Blob(middle * cos - level * sin, middle * sin + level * cos, angle, u1 - u0, v1 - v0)


@dataclass(frozen=True, slots=True)
class Runs:
    """Maximal runs of set pixels in rows; `part` numbers the connected part that each belongs to."""

    row: Numbers
    start: Numbers
    stop: Numbers
    part: Numbers


def runs_of(bitmap: Bitmap) -> Runs:
    """All runs, row by row from the left, with their parts (8-connected)."""
    edges = np.diff(np.pad(bitmap, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    stop = np.nonzero(edges == -1)[1]
    return Runs(row, start, stop, _parts(row, start, stop, bitmap.shape[1] + 2))


def _parts(row: Numbers, start: Numbers, stop: Numbers, pitch: int) -> Numbers:
    """Runs of neighbouring rows that touch, also at a corner, are of one part (union by the smaller root)."""
    first = np.searchsorted(row * pitch + stop, (row + 1) * pitch + start, side="left")
    last = np.searchsorted(row * pitch + start, (row + 1) * pitch + stop, side="right")
    roots = list(range(len(row)))

    def root(i: int) -> int:
        while roots[i] != i:
            roots[i] = roots[roots[i]]
            i = roots[i]
        return i

    for i, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for j in range(low, high):
            a, b = root(i), root(j)
            roots[max(a, b)] = min(a, b)
    found = np.array([root(i) for i in range(len(roots))], dtype=np.intp)
    return np.unique(found, return_inverse=True)[1] if len(found) else found


def parts_of(bitmap: Bitmap, *, least: int) -> list[Part]:
    """The parts of at least so many pixels."""
    runs = runs_of(bitmap)
    order = np.argsort(runs.part, kind="stable")
    ends = np.cumsum(np.bincount(runs.part)) if len(order) else order
    found = []
    for members in np.split(order, ends[:-1]):
        part = Part(runs.row[members], runs.start[members], runs.stop[members])
        if part.size >= least:
            found.append(part)
    return found
