"""The first look: a logistic regression over small tables, to see which candidates are worth the others."""

from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Bytes, Floats, Ints

FLOOR = 0.004
"""Candidates that are less probable at first sight are no boundaries."""

_GROUPS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("tail", 0), ("closed", 0), ("newlines", 1), ("lead", 1), ("opened", 1)),
    (("shape", 0), ("shape", 1), ("tail", 0), ("newlines", 1)),
    (("group", 0), ("group", 1), ("tail", 0)),
    (("enumerator", 0), ("enumerator", 1), ("tail", 0)),
    (("sequence", 0), ("sequence", 1), ("tail", 0)),
    (("length", 0), ("shape", 1), ("tail", 0)),
    (("group", -1), ("shape", 0), ("tail", 0)),
    (("shape", 1), ("tail", 1), ("shape", 2), ("newlines", 1)),
    (("tail", -1), ("shape", 0), ("tail", 0)),
)
"""Looks of tokens around the candidate that are weighed together."""
_SIZES = {
    "shape": 11, "group": 18, "length": 21, "tail": 24, "lead": 24, "opened": 4, "closed": 4, "newlines": 4,
    "enumerator": 20, "sequence": 16,
}  # fmt: skip
_SHAPES = tuple(tuple(_SIZES[name] for name, _ in group) for group in _GROUPS)
OFFSETS: list[int] = np.cumsum([0, *(int(np.prod(shape)) for shape in _SHAPES)]).tolist()
"""Where the cells of each group begin, and how many there are."""


class Glance(NamedTuple):
    """Weights of the cells, and what is added to their sums."""

    weights: Floats
    bias: float

    def probabilities(self, cells: Ints) -> Floats:
        """Of candidates, from [groups, candidates] cells."""
        total = np.full(cells.shape[1], self.bias, np.float32)
        for row in cells:
            total += self.weights[row]
        return sigmoid(total)

    def keeps(self, cells: Ints) -> Bools:
        """Which candidates are worth a second look."""
        found: Bools = self.probabilities(cells) > FLOOR
        return found


def sigmoid(scores: Floats) -> Floats:
    """Probabilities."""
    found: Floats = (1 / (1 + np.exp(-scores))).astype(np.float32, copy=False)
    return found


def cells_of(looks: dict[str, Bytes], at: Ints) -> Ints:
    """[groups, candidates]: the cell of each group that a candidate falls into."""
    last = next(iter(looks.values())).size - 1
    places = {step: np.clip(at + step, 0, last) for step in (-1, 0, 1, 2)}
    named = {pair for group in _GROUPS for pair in group}
    columns = {(name, step): looks[name][places[step]].astype(np.int32) for name, step in named}
    found = np.zeros((len(_GROUPS), at.size), np.int32)
    for number, (group, shape) in enumerate(zip(_GROUPS, _SHAPES, strict=True)):
        cells = found[number]
        for pair, size in zip(group, shape, strict=True):
            np.multiply(cells, size, out=cells)
            np.add(cells, columns[pair], out=cells)
        np.add(cells, OFFSETS[number], out=cells)
    return found
