"""Texts in, vectors of length 1 out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from services.inference.batches import batches
from services.inference.boundaries.arrays import Floats
from services.inference.catalogue import EMBEDDER
from services.inference.embedding.quantised import quantised
from services.inference.embedding.weights import FORM, GRAPH, INT8_GRAPH, weights
from services.inference.manifests import named
from services.inference.onnx import Model
from services.inference.providers import CPU
from services.inference.weights import minilm_tokenizer

MOST_SUBWORDS = 256
"""What is longer is cut: all-MiniLM-L6-v2 was not trained on more."""
SPECIALS = 2
AT_ONCE = 1 << 11
"""Subwords in one batch, padding included."""


class Embedder:
    """all-MiniLM-L6-v2."""

    def __init__(self, model: Model, tokenizer: Any, most: int = MOST_SUBWORDS) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(most)

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row a text; texts of about the same length are run together. ModelError."""
        ids = self.subwords(texts)
        rows = np.zeros((len(texts), FORM.width), np.float32)
        for batch in _together(ids):
            rows[batch] = self._run([ids[i] for i in batch], "embedding")
        return rows

    def states(self, ids: Sequence[Sequence[int]]) -> list[Floats]:
        """The last layer of the network for the subwords of each text, a row a subword. ModelError."""
        found = [np.zeros((0, FORM.width), np.float32)] * len(ids)
        for batch in _together(ids):
            for i, rows in zip(batch, self._run([ids[i] for i in batch], "states"), strict=True):
                found[i] = rows[: len(ids[i])]
        return found

    def subwords(self, texts: Sequence[str]) -> list[list[int]]:
        """What of each text the network reads."""
        return [found.ids for found in self._tokenizer.encode_batch_fast(list(texts))]

    def _run(self, ids: Sequence[Sequence[int]], output: str) -> Floats:
        padded = np.zeros((len(ids), max(map(len, ids))), np.int64)
        mask = np.zeros_like(padded)
        for row, text in enumerate(ids):
            padded[row, : len(text)] = text
            mask[row, : len(text)] = 1
        found: Floats = self._model.run_named({"input_ids": padded, "attention_mask": mask}, output)
        return found


def _together(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    return batches([len(found) - SPECIALS for found in ids], AT_ONCE, SPECIALS)


def embedder(
    models: Path, *, providers: tuple[str, ...] = CPU, most: int = MOST_SUBWORDS, int8: bool = True
) -> Embedder:
    """The one that ships with Kerf, its weights checked; ModelUnavailable, ModelError.

    With `int8` it computes with whole numbers: much faster on processors, and not to be had on devices.
    """
    import tokenizers  # noqa: PLC0415 - 30 ms, and only where texts are embedded

    int8 = int8 and providers == CPU
    graph = Path(__file__).with_name(INT8_GRAPH if int8 else GRAPH).read_bytes()
    held = weights(named(EMBEDDER, models).data(models))
    model = Model(graph, providers=providers, weights=quantised(held) if int8 else held)
    return Embedder(model, tokenizers.Tokenizer.from_buffer(minilm_tokenizer().read_bytes()), most)
