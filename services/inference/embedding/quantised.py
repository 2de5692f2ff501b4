"""Weights of 7 bits for products of whole numbers (per output; SmoothQuant, arXiv 2211.10438, per input).

7 bits, because processors without VNNI add two products of 8 bits in 16, which may overflow: so sums are the
same everywhere. How large inputs become was measured once (`ranges.npy`): no vector depends on other texts.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from services.inference.boundaries.arrays import Floats
from services.inference.embedding.weights import FORM, WORDS, inputs, matrices, vectors
from services.inference.onnx import Array

RANGES = "ranges.npy"
MOST_WEIGHT, MOST_INPUT, MOST_WORD = 63, 255, 127
_SHARE = 0.75
"""Of the difference between the inputs of a layer, how much the weights take over."""
_LEAST = 1e-4


def shapes() -> dict[str, tuple[type, tuple[int, ...]]]:
    """Types and shapes of what `quantised` gives."""
    found: dict[str, tuple[type, tuple[int, ...]]] = {
        name: (np.float32, shape) for name, shape in vectors().items()
    }
    found |= {WORDS: (np.int8, vectors()[WORDS]), f"{WORDS}.scale": (np.float32, (FORM.words, 1))}
    for source, names in inputs().items():
        for name in names:
            width, outputs = shape = matrices()[f"{name}.weight"]
            found[f"{name}.weight"], found[f"{name}.scale"] = (np.int8, shape), (np.float32, (outputs,))
            found[f"{source}.shrink"], found[f"{source}.zero"] = (np.float32, (width,)), (np.uint8, ())
    return found


def quantised(held: Mapping[str, Floats]) -> dict[str, Array]:
    """The weights that the graph of whole numbers takes."""
    found: dict[str, Array] = {name: held[name].copy() for name in vectors() if name != WORDS}
    found[f"{WORDS}.scale"] = np.abs(held[WORDS]).max(1, keepdims=True) / MOST_WORD
    found[WORDS] = np.rint(held[WORDS] / found[f"{WORDS}.scale"]).astype(np.int8)
    for source, low, high in _ranges():
        weights = {name: held[f"{name}.weight"] for name in inputs()[source]}
        by, found[f"{source}.zero"] = _steps(low, high, list(weights.values()))
        found[f"{source}.shrink"] = 1 / by
        for name, weight in weights.items():
            scaled = weight * by[:, None]
            found[f"{name}.scale"] = scale = np.maximum(np.abs(scaled).max(0), _LEAST**2) / MOST_WEIGHT
            found[f"{name}.weight"] = np.rint(scaled / scale).astype(np.int8)
    return found


def widths() -> dict[str, int]:
    """How many numbers each input has, in the order of the columns of the file of ranges."""
    return {source: matrices()[f"{names[0]}.weight"][0] for source, names in inputs().items()}


def _ranges() -> Iterator[tuple[str, Floats, Floats]]:
    """Of each input the lowest and highest values."""
    table, first = np.load(Path(__file__).with_name(RANGES)).astype(np.float32), 0
    for source, width in widths().items():
        yield source, *table[:, first : first + width]
        first += width


def _steps(low: Floats, high: Floats, weights: list[Floats]) -> tuple[Floats, Array]:
    """What one step of each input is worth, and the step that stands for zero."""
    strongest = np.max([np.abs(weight).max(1) for weight in weights], axis=0)
    largest = np.maximum(np.maximum(-low, high), _LEAST)
    smooth = largest**_SHARE / np.maximum(strongest, _LEAST) ** (1 - _SHARE)
    least, most = min((low / smooth).min(), 0), max((high / smooth).max(), 0)
    step = (most - least) / MOST_INPUT
    return (smooth * step).astype(np.float32), np.array(round(-least / step), np.uint8)
