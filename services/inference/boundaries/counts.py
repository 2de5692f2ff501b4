"""What the text itself says about its words: the counts of Punkt (Kiss and Strunk 2006)."""

from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Ints, Longs
from services.inference.boundaries.characters import Kind, flags
from services.inference.boundaries.index import alike
from services.inference.boundaries.tokens import STOPS, Tokens


class Counts(NamedTuple):
    """How often a word occurs in the text ..."""

    of: Ints
    """Where the counts of each token's word are in the columns below."""
    dotted: Longs
    """... with a final period."""
    bare: Longs
    """... without."""
    small: Longs
    """... in lower case."""
    large: Longs
    """... with a capital where no sentence seems to begin."""
    after: Longs
    """... with a capital where one may."""


def counts_of(tokens: Tokens) -> Counts:
    """The counts of each token's word."""
    of = alike(tokens.word)
    period = (tokens.tail == Kind.PERIOD) & (tokens.stops == 1)
    upper = tokens.lead == Kind.UPPER
    marked = flags(*STOPS, Kind.COLON)[tokens.tail]
    begins = np.append(np.True_, marked[:-1]) | (tokens.newlines > 0)
    columns = (period, ~period, tokens.lead == Kind.LOWER, upper & ~begins, upper & begins)
    return Counts(of, *(np.bincount(of[column], minlength=of.size) for column in columns))
