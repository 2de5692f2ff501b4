"""The form of all-MiniLM-L6-v2 (BERT, mean of the subwords), and its weights as the graph takes them."""

from typing import NamedTuple

import numpy as np

from models.errors import ModelError
from services.inference.boundaries.arrays import Floats
from services.inference.embedding.safetensors import arrays_in

GRAPH, INT8_GRAPH = "minilm.onnx", "minilm-int8.onnx"
WORDS = "embeddings.word_embeddings.weight"


class Form(NamedTuple):
    """Sizes of the network."""

    layers: int = 6
    width: int = 384
    heads: int = 12
    inner: int = 1536
    words: int = 30522
    places: int = 512
    kinds: int = 2


FORM = Form()
_LINEAR = {
    "attention.self.query": (FORM.width, FORM.width),
    "attention.self.key": (FORM.width, FORM.width),
    "attention.self.value": (FORM.width, FORM.width),
    "attention.output.dense": (FORM.width, FORM.width),
    "intermediate.dense": (FORM.width, FORM.inner),
    "output.dense": (FORM.inner, FORM.width),
}
"""Inputs and outputs of each."""
_SHARED = ("query", "key", "value")
"""Layers of one input."""
_TABLES = {"word": FORM.words, "position": FORM.places, "token_type": FORM.kinds}


def matrices() -> dict[str, tuple[int, ...]]:
    """Shapes in the graph of the weights of linear layers; in the file they are transposed."""
    layers = [f"encoder.layer.{layer}" for layer in range(FORM.layers)]
    return {f"{layer}.{part}.weight": shape for layer in layers for part, shape in _LINEAR.items()}


def vectors() -> dict[str, tuple[int, ...]]:
    """Shapes of all others, in the graph as in the file."""
    found: dict[str, tuple[int, ...]] = {
        f"embeddings.{name}_embeddings.weight": (rows, FORM.width) for name, rows in _TABLES.items()
    }
    normal = ["embeddings.LayerNorm"]
    for layer in range(FORM.layers):
        name = f"encoder.layer.{layer}"
        normal += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
        found |= {f"{name}.{part}.bias": (shape[1],) for part, shape in _LINEAR.items()}
    return found | {f"{name}.{part}": (FORM.width,) for name in normal for part in ("weight", "bias")}


def input_of(name: str) -> str:
    """What a linear layer reads: what it is called, for three of them together what is around them."""
    around, _, last = name.rpartition(".")
    return around if last in _SHARED else name


def inputs() -> dict[str, list[str]]:
    """The linear layers that read each input."""
    found: dict[str, list[str]] = {}
    for weight in matrices():
        name = weight.removesuffix(".weight")
        found.setdefault(input_of(name), []).append(name)
    return found


def weights(data: bytes) -> dict[str, Floats]:
    """The weights in a safetensors file, in the shapes of the graph; ModelError when one is missing."""
    held = arrays_in(data)
    linear, found = matrices(), dict[str, Floats]()
    for name, shape in {**linear, **vectors()}.items():
        array = held.get(name)
        if array is None or array.shape != (shape[::-1] if name in linear else shape):
            raise ModelError(f"The weights of the network have no usable {name}.")
        found[name] = np.ascontiguousarray(array.T if name in linear else array)
    return found
