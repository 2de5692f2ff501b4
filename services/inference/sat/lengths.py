"""How long sentences may be, and how long they usually are."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from models.errors import InvalidOptions

BELOW_MINIMUM, IMPROBABLE = -1e6, -1e4
"""Logarithms for what should not be, and is only where nothing else can be."""

TYPICAL = {"en": (63, 53), "de": (111, 61), "fr": (90, 65), "es": (135, 87), "zh": (29, 19), "ja": (18, 15)}
"""Target and spread by language: the sentence statistics that wtpsplit 2.2 ships."""
OTHERS = (70, 25)


class Prior(StrEnum):
    """What lengths are probable; see `Lengths.log_prior`."""

    UNIFORM = "uniform"
    GAUSSIAN = "gaussian"
    POLYNOMIAL = "polynomial"
    LOGNORMAL = "lognormal"


@dataclass(frozen=True, slots=True)
class Lengths:
    """Code points of a sentence without the white space around it.

    None is longer than `maximum`, in the middle of a word if need be; shorter ones than `minimum` only
    where it cannot be otherwise. `target` and `spread` are those of the prior.
    """

    maximum: int
    minimum: int = 1
    prior: Prior = Prior.UNIFORM
    target: int = OTHERS[0]
    spread: int = OTHERS[1]

    def __post_init__(self) -> None:
        """InvalidOptions."""
        if not 1 <= self.minimum <= self.maximum or self.target < 1 or self.spread < 1:
            raise InvalidOptions("1 <= minimum <= maximum, and a target and spread of 1 or more must hold")

    def log_prior(self) -> npt.NDArray[np.float64]:
        """The logarithm of the prior for each length from 0 to the maximum."""
        length = np.arange(self.maximum + 1, dtype=np.float64)
        found = np.maximum(self._log_prior(length), IMPROBABLE)
        found[: self.minimum] += BELOW_MINIMUM
        return found

    def _log_prior(self, length: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        deviation = (length - self.target) / self.spread
        match self.prior:
            case Prior.UNIFORM:
                return np.zeros_like(length)
            case Prior.GAUSSIAN:
                return -deviation * deviation / 2
            case Prior.POLYNOMIAL:
                with np.errstate(divide="ignore"):
                    return np.log(np.maximum(1 - deviation * deviation, 0))
            case Prior.LOGNORMAL:  # its mode is the target
                sigma = self.spread / self.target
                logarithm = np.log(np.maximum(length, 1))
                z = (logarithm - math.log(self.target) - sigma * sigma) / sigma
                return -z * z / 2 - logarithm
