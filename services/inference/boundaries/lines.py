"""The geometry of lines: how wide they are, and whether the next word would still have gone on one."""

from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Column, Floats, Ints
from services.inference.boundaries.characters import Kind, flags
from services.inference.boundaries.tokens import STOPS, Tokens

_SHORTEST = 20
_SHARE = 90.0
_USUAL_WIDTH = 80.0
_FULL = (0.8, 1.1)
_LONGEST, _WIDEST, _MOST_WORDS = 400, 3.0, 60
_MOST_BLANK, _DEEPEST = 3, 40


class Lines(NamedTuple):
    """Columns of the lines that hold tokens; `of` gives the line of each token."""

    of: Ints
    length: Ints
    words: Ints
    capitals: Floats
    """Share of its words that begin with one."""
    stopped: Bools
    width: float
    """Characters of a full line."""
    full: float
    """Share of lines that are about that long."""
    first: Ints
    """Index of its first token."""

    def columns(self, tokens: Tokens, at: Ints) -> dict[str, Column]:
        """What is known of the lines around each candidate."""
        place = np.minimum(at + 1, self.of.size - 1)
        here, after = self.of[at], self.of[place]
        before, beyond = np.maximum(here - 1, 0), np.minimum(after + 1, self.length.size - 1)
        left = self.width - self.length[here] - 1 - (tokens.end[place] - tokens.start[place])
        length, words = np.minimum(self.length, _LONGEST), np.minimum(self.words, _MOST_WORDS)
        first = self.first[here]
        beyond_first = np.where(beyond > after, self.first[beyond], 0)
        indent, next_indent = _indent(tokens, first), _indent(tokens, self.first[after])
        share = np.minimum(self.length / self.width, _WIDEST)
        return {
            "line_length": length[here],
            "line_share": share[here],
            "next_length": length[after],
            "next_share": share[after],
            "before_share": share[before],
            "beyond_share": share[beyond],
            "slack": np.maximum(np.where(after > here, left / self.width, 0), -_WIDEST),
            "line_words": words[here],
            "next_words": words[after],
            "line_capitals": self.capitals[here],
            "next_capitals": self.capitals[after],
            "next_stopped": self.stopped[after],
            "before_stopped": self.stopped[before],
            "line_blank": np.minimum(tokens.newlines[first], _MOST_BLANK),
            "next_blank": np.minimum(tokens.newlines[beyond_first], _MOST_BLANK),
            "indent": indent,
            "next_indent": next_indent,
            "words_before": np.minimum(at - first, _MOST_WORDS),
            "words_after": np.minimum(first + self.words[here] - 1 - at, _MOST_WORDS),
            "line_lead": tokens.lead[first],
            "width": np.full(at.size, self.width, np.float32),
            "full": np.full(at.size, self.full, np.float32),
        }


def lines_of(tokens: Tokens) -> Lines:
    """The lines of a text with tokens."""
    of = np.cumsum(tokens.newlines > 0, dtype=np.int32)
    of -= of[0]
    firsts = np.flatnonzero(np.diff(of, prepend=-1)).astype(np.int32)
    lasts = np.append(firsts[1:], of.size) - 1
    length = tokens.end[lasts] - tokens.start[firsts]
    words = (lasts - firsts + 1).astype(np.int32)
    capitals = np.add.reduceat((tokens.lead == Kind.UPPER).astype(np.float32), firsts)
    capitals /= words
    long = length[length >= _SHORTEST]
    width = float(np.percentile(long, _SHARE)) if long.size else _USUAL_WIDTH
    low, high = _FULL
    full = float(np.mean((long > low * width) & (long < high * width))) if long.size else 0.0
    return Lines(of, length, words, capitals, flags(*STOPS)[tokens.tail[lasts]], width, full, firsts)


def _indent(tokens: Tokens, at: Ints) -> Ints:
    """White space before a token that is no line end."""
    before = np.where(at > 0, tokens.end[np.maximum(at - 1, 0)], 0)
    found: Ints = np.clip(tokens.start[at] - before - tokens.newlines[at], 0, _DEEPEST)
    return found
