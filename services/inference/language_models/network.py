"""The network: ids of tokens in, for each the logits of what comes next out."""

import numpy as np

from models.errors import ModelError
from services.inference.boundaries.arrays import Floats, Longs
from services.inference.onnx import Model

_IDS, _MASK, _PLACES, _LOGITS = "input_ids", "attention_mask", "position_ids", "logits"
_ROWS = 16
"""Rows of logits that are normalised at a time: one has as many columns as there are tokens."""


class Network:
    """A graph that reads `longest` tokens at once, without a cache."""

    def __init__(self, model: Model, longest: int) -> None:
        """ModelError when it has other inputs or outputs."""
        names = set(model.inputs)
        if not {_IDS, _MASK} <= names <= {_IDS, _MASK, _PLACES} or _LOGITS not in model.outputs:
            raise ModelError(
                f"A language model takes {_IDS}, {_MASK} and perhaps {_PLACES}, and gives {_LOGITS}."
            )
        self._model = model
        self.longest = longest

    def surprises(self, ids: Longs) -> Floats:
        """−log P of each token (nats) after those before it, half of `longest` at least; the first is nan."""
        found = np.full(ids.size, np.nan, np.float32)
        start, done = 0, 1
        while done < ids.size:
            window = ids[start : start + self.longest]
            logits = self._run(window)[done - start - 1 : -1]
            end = start + window.size
            found[done:end] = _surprises(logits, ids[done:end])
            start, done = end - self.longest // 2, end
        return found

    def next_surprises(self, ids: Longs, candidates: Longs) -> Floats:
        """−log P of each candidate after the last `longest` ids."""
        row = self._run(ids[-self.longest :])[-1:]
        return _surprises(np.repeat(row, candidates.size, 0), candidates)

    def _run(self, window: Longs) -> Floats:
        inputs = {_IDS: window[None], _MASK: np.ones((1, window.size), np.int64)}
        if _PLACES in self._model.inputs:
            inputs[_PLACES] = np.arange(window.size)[None]
        found = self._model.run_named(inputs, _LOGITS)
        if found.shape[:-1] != inputs[_IDS].shape:
            raise ModelError(f"A language model gives {_LOGITS} for each token.")
        logits: Floats = found[0]
        return logits


def _surprises(logits: Floats, ids: Longs) -> Floats:
    found = np.empty(ids.size, np.float32)
    for first in range(0, ids.size, _ROWS):
        rows, wanted = logits[first : first + _ROWS].astype(np.float64), ids[first : first + _ROWS]
        if wanted.max() >= rows.shape[1]:
            raise ModelError("The tokenizer of the language model has more tokens than its network.")
        highest = rows.max(1)
        total = highest + np.log(np.exp(rows - highest[:, None]).sum(1))
        found[first : first + _ROWS] = total - rows[np.arange(len(rows)), wanted]
    return found
