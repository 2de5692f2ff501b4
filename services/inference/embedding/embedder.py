"""Texts in, vectors of length 1 out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.errors import ModelError
from services.inference.batches import batches
from services.inference.boundaries.arrays import Bools, Floats, Longs
from services.inference.catalogue import EMBEDDER
from services.inference.embedding.pooling import Pooling, pooled
from services.inference.embedding.quantised import quantised
from services.inference.embedding.subwords import Subwords
from services.inference.embedding.weights import FORM, GRAPH, INT8_GRAPH, weights
from services.inference.manifests import named
from services.inference.onnx import Array, Model
from services.inference.providers import CPU
from services.inference.weights import minilm_tokenizer

MOST_SUBWORDS = 256
"""What is longer is cut: all-MiniLM-L6-v2 was not trained on more."""
AT_ONCE, ON_DEVICE = 1 << 8, 1 << 14
"""Subwords in one batch, padding included: a processor's cache holds what a layer makes of so many."""
IDS, MASK, KINDS = "input_ids", "attention_mask", "token_type_ids"


class Shape(NamedTuple):
    """What a network gives: `vectors` (pooled as said) and, in `layer`, a row of `width` a subword."""

    vectors: str
    pooling: Pooling
    width: int
    layer: str | None = None


MINILM = Shape("embedding", Pooling.NONE, FORM.width, "states")


class Embedder:
    """A network over subwords; `prefix` is what it wants before each text."""

    def __init__(self, model: Model, subwords: Subwords, shape: Shape = MINILM, prefix: str = "") -> None:
        self._model = model
        self._shape = shape
        self._prefix = prefix
        self._at_once = AT_ONCE if model.providers == CPU else ON_DEVICE
        self.subwords = subwords

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return self._shape.width

    @property
    def tells_subwords(self) -> bool:
        """Whether there are `states`."""
        return self._shape.layer is not None

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row a text; texts of about the same length are run together. ModelError."""
        ids = self.subwords.of([self._prefix + text for text in texts])
        rows = np.zeros((len(texts), self._shape.width), np.float32)
        for batch in self.together(ids):
            found, mask = self._run([ids[i] for i in batch], self._shape.vectors)
            rows[batch] = pooled(found, mask, self._shape.pooling)
        return rows

    def states(self, ids: Sequence[Sequence[int]]) -> list[Floats]:
        """What the last layer makes of the subwords of each text, a row each. ModelError."""
        if self._shape.layer is None:
            raise ModelError("The embedder says nothing of single subwords.")
        found = [np.zeros((0, self._shape.width), np.float32)] * len(ids)
        for batch in self.together(ids):
            rows, _ = self._run([ids[i] for i in batch], self._shape.layer)
            for i, row in zip(batch, rows, strict=True):
                found[i] = row[: len(ids[i])]
        return found

    def together(self, ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
        """Indices of texts that are run at once."""
        return batches([len(found) for found in ids], self._at_once, 0)

    def _run(self, ids: Sequence[Sequence[int]], output: str) -> tuple[Array, Bools]:
        return run(self._model, ids, self.subwords.padding, output)


def run(model: Model, ids: Sequence[Sequence[int]], padding: int, output: str) -> tuple[Array, Bools]:
    """That output for texts of some lengths, and what of it is no padding; ModelError."""
    rows, mask = padded(ids, padding)
    given: dict[str, Array] = {IDS: rows, MASK: mask, KINDS: np.zeros_like(rows)}
    return model.run_named({name: given[name] for name in model.inputs}, output), mask


def padded(ids: Sequence[Sequence[int]], padding: int) -> tuple[Longs, Bools]:
    """Texts in rows of one length, and what of them is no padding."""
    rows = np.full((len(ids), max(map(len, ids))), padding, np.int64)
    mask = np.zeros(rows.shape, np.bool_)
    for row, text in enumerate(ids):
        rows[row, : len(text)] = text
        mask[row, : len(text)] = True
    return rows, mask


def embedder(
    models: Path, *, providers: tuple[str, ...] = CPU, most: int = MOST_SUBWORDS, int8: bool = True
) -> Embedder:
    """The one that ships with Kerf, its weights checked; ModelUnavailable, ModelError.

    With `int8` it computes with whole numbers: much faster on processors, and not to be had on devices.
    """
    int8 = int8 and providers == CPU
    graph = Path(__file__).with_name(INT8_GRAPH if int8 else GRAPH).read_bytes()
    held = weights(named(EMBEDDER, models).data(models))
    model = Model(graph, providers=providers, weights=quantised(held) if int8 else held)
    return Embedder(model, Subwords(minilm_tokenizer().read_bytes(), most))
