"""The network: ids of subwords in, the logit that a sentence ends after each of them out."""

from collections.abc import Sequence

import numpy as np

from models.errors import ModelError
from services.inference.batches import batches
from services.inference.boundaries.arrays import Floats, Longs
from services.inference.onnx import Model
from services.inference.sat.subwords import Subwords

AT_ONCE, ON_DEVICE = 1 << 10, 1 << 15
"""Subwords in one batch, padding included; on a processor more of them only take more memory."""

_IDS, _MASK, _LOGITS = "input_ids", "attention_mask", "logits"
_SPECIALS = 2
"""Subwords around each window."""


class Network:
    """A graph with SaT's inputs and output, in whatever precision."""

    def __init__(self, model: Model, subwords: Subwords, at_once: int = AT_ONCE) -> None:
        """ModelError when it is none."""
        if set(model.inputs) != {_IDS, _MASK} or _LOGITS not in model.outputs:
            raise ModelError(f"A SaT network takes {_IDS} and {_MASK} and gives {_LOGITS}.")
        self._model = model
        self._subwords = subwords
        self._at_once = at_once

    def logits(self, windows: Sequence[Longs]) -> list[Floats]:
        """Of each subword of each window; windows of about the same length are run together."""
        found = [np.zeros(0, np.float32)] * len(windows)
        for batch in batches([window.size for window in windows], self._at_once, _SPECIALS):
            rows = self._run([windows[i] for i in batch])
            for i, row in zip(batch, rows, strict=True):
                found[i] = row[: windows[i].size]
        return found

    def _run(self, windows: Sequence[Longs]) -> Floats:
        width = max(window.size for window in windows) + _SPECIALS
        ids = np.full((len(windows), width), self._subwords.padding, np.int64)
        mask = np.zeros(ids.shape, np.float32)
        for row, window in enumerate(windows):
            ids[row, : window.size + _SPECIALS] = (self._subwords.begin, *window, self._subwords.end)
            mask[row, : window.size + _SPECIALS] = 1
        found = self._model.run_named({_IDS: ids, _MASK: mask}, _LOGITS)
        if found.shape[:-1] != ids.shape:
            raise ModelError(f"A SaT network gives {_LOGITS} for each subword.")
        return found[:, 1:-1, 0].astype(np.float32)
