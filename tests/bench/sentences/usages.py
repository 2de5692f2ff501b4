"""Counting how words are written; see services.inference.boundaries.usage."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bytes, Hashes, Longs
from services.inference.boundaries.characters import Kind, flags
from services.inference.boundaries.tokens import STOPS, Tokens
from services.inference.boundaries.usage import LEAST, MOST

FEWEST_TEXTS, FEWEST = 2, 6
"""Texts that a word is in, and how often it is counted, to be kept."""

_MARKS = (*STOPS, Kind.COMMA, Kind.SEMICOLON, Kind.COLON)


class Counted(NamedTuple):
    """[words, 6]: how often in lower case, a capital inside, before a mark, not, after an end, not."""

    words: Hashes
    counts: Longs


def counted(tokens: Tokens) -> Counted:
    """The words of one text."""
    ends = flags(*STOPS)[tokens.tail]
    before, marked = np.append(np.True_, ends[:-1]), flags(*_MARKS)[tokens.tail]
    begins = np.append(np.True_, (ends | (tokens.tail == Kind.COLON))[:-1]) | (tokens.newlines > 0)
    inside = tokens.newlines == 0
    columns = (
        tokens.lead == Kind.LOWER, (tokens.lead == Kind.UPPER) & ~begins, ends, ~marked,
        before & inside, ~before & inside,
    )  # fmt: skip
    words, which = np.unique(tokens.word, return_inverse=True)
    return Counted(words, _sums(which, np.stack(columns, 1)))


def usage_of(texts: Sequence[Counted]) -> tuple[Hashes, Bytes]:
    """Words that are common enough, and their ratios."""
    words, which = np.unique(np.concatenate([text.words for text in texts]), return_inverse=True)
    sums = _sums(which, np.concatenate([text.counts for text in texts]))
    kept = (np.bincount(which) >= FEWEST_TEXTS) & (sums[:, :4].sum(1) >= FEWEST)
    over, under = sums[kept, ::2], sums[kept, 1::2]
    steps = np.rint(np.log2((over + 0.5) / (under + 0.5))) + (LEAST + MOST) // 2
    return words[kept], np.clip(steps, LEAST, MOST).astype(np.uint8)


def _sums(which: Longs, counts: Longs) -> Longs:
    return np.stack([np.bincount(which, column).astype(np.int64) for column in counts.T], 1)
