"""One vector a text from what a network says of its subwords."""

from enum import StrEnum

import numpy as np

from services.inference.boundaries.arrays import Bools, Floats


class Pooling(StrEnum):
    """Which subwords count: all, the first, the last; none where the network gives vectors of texts."""

    MEAN = "mean"
    CLS = "cls"
    LAST = "last"
    NONE = "none"


def pooled(found: Floats, mask: Bools, pooling: Pooling) -> Floats:
    """Rows of length 1; `mask` (texts, subwords) says what is no padding, which comes last."""
    if pooling is Pooling.NONE:
        return unit(found)
    if pooling is Pooling.CLS:
        return unit(found[:, 0])
    if pooling is Pooling.LAST:
        return unit(found[np.arange(len(found)), mask.sum(1) - 1])
    return unit((found * mask[:, :, None]).sum(1))


def unit(rows: Floats) -> Floats:
    """Rows of length 1; zeros stay zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found
