"""What the text itself says about its words: the counts of Punkt (Kiss and Strunk 2006)."""

from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Floats
from services.inference.boundaries.characters import Kind, flags
from services.inference.boundaries.tokens import STOPS, Tokens


class Counts(NamedTuple):
    """Per token, log(1 + n), where n is how often its word occurs in the text ..."""

    dotted: Floats
    """... with a final period."""
    bare: Floats
    """... without."""
    small: Floats
    """... in lower case."""
    large: Floats
    """... with a capital where no sentence seems to begin."""
    after: Floats
    """... with a capital where one may."""


def counts_of(tokens: Tokens) -> Counts:
    """The counts of each token's word."""
    types, which = np.unique(tokens.word, return_inverse=True)
    period = (tokens.tail == Kind.PERIOD) & (tokens.stops == 1)
    upper = tokens.lead == Kind.UPPER
    marked = flags(*STOPS, Kind.COLON)[tokens.tail]
    begins = np.append(np.True_, marked[:-1]) | (tokens.newlines > 0)
    columns = (period, ~period, tokens.lead == Kind.LOWER, upper & ~begins, upper & begins)
    logs = (np.log1p(np.bincount(which, column, types.size)).astype(np.float32)[which] for column in columns)
    return Counts(*logs)
