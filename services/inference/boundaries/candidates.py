"""Where a sentence may end."""

import numpy as np

from services.inference.boundaries.arrays import Ints
from services.inference.boundaries.characters import Kind, flags
from services.inference.boundaries.tokens import STOPS, Tokens

_MARKS = (*STOPS, Kind.SEMICOLON, Kind.COLON)
_LONGEST_LETTERS = 2
_BEGINNINGS = (
    *STOPS, Kind.UPPER, Kind.DIGIT, Kind.BULLET, Kind.SECTION, Kind.DASH, Kind.NOTE, Kind.CLOSING,
    Kind.SYMBOL,
)  # fmt: skip


def candidates_of(tokens: Tokens) -> Ints:
    """Indices of the tokens that a sentence may end with.

    They stand before a line end or an unusual gap, have an end mark or a closer, or stand before what looks
    like a beginning. The last token of the text is none.
    """
    here, following = slice(None, -1), slice(1, None)
    gap = tokens.start[following] - tokens.end[here]
    broken = (gap != 1) | (tokens.newlines[following] > 0)
    ends = flags(*_MARKS)[tokens.tail[here]] | (tokens.closed[here] > 0)
    begins = flags(*_BEGINNINGS)[tokens.lead[following]] | (tokens.opened[following] > 0)
    counts = tokens.core_end[following] - tokens.core_start[following] <= _LONGEST_LETTERS
    counts &= (tokens.tail[following] == Kind.PERIOD) | (tokens.closed[following] > 0)
    return np.flatnonzero(broken | ends | begins | counts).astype(np.int32)
