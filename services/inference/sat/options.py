"""How a text is shown to the network, and how sentences are made of what it says."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from models.errors import InvalidOptions
from services.inference.boundaries.arrays import Floats
from services.inference.sat.lengths import Lengths

LONGEST = 510
"""Subwords that XLM-R reads at once, beside the two that begin and end them."""


class Weighting(StrEnum):
    """What a window's word counts for: the same everywhere, or most in its middle."""

    UNIFORM = "uniform"
    HAT = "hat"


class Newlines(StrEnum):
    """What ends of lines are: spaces; what the tokenizer makes of them; ends of sentences, too."""

    SPACE = "space"
    KEPT = "kept"
    END = "end"


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of `size` subwords, each `stride` after the one before; the last one ends with the text."""

    size: int = LONGEST
    stride: int = 256
    weighting: Weighting = Weighting.HAT

    def __post_init__(self) -> None:
        """InvalidOptions."""
        if not 1 <= self.stride <= self.size <= LONGEST:
            raise InvalidOptions(f"1 <= stride <= size of windows <= {LONGEST} must hold")

    def weights(self, length: int) -> Floats:
        """Of each subword of a window of so many."""
        if self.weighting is Weighting.UNIFORM:
            return np.ones(length, np.float32)
        edge = 1 - 1 / length
        return (1 - np.abs(np.linspace(-edge, edge, length))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Decoding:
    """A sentence ends where the probability is above `threshold` (none: the model's own).

    With `lengths` the threshold is not looked at: the likeliest sentences of such lengths are found.
    """

    threshold: float | None = None
    windows: Windows = field(default_factory=Windows)
    newlines: Newlines = Newlines.SPACE
    lengths: Lengths | None = None
