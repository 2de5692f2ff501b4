"""Texts as arrays whose sentences survive every change: each character knows its sentence and its mark."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Codes, Floats, Ints
from services.inference.boundaries.characters import BLANKS, Kind, codes_of, flags, kinds_of
from services.inference.characters.features import rows_of
from services.inference.characters.words import LETTERS, words_of

MARKS = 7
"""Classes of what followed a character in the unchanged text."""
_MARK_OF = {
    Kind.PERIOD: 1, Kind.FULL_STOP: 1, Kind.ELLIPSIS: 1, Kind.BANG: 2, Kind.COMMA: 3, Kind.SEMICOLON: 4,
    Kind.COLON: 4, Kind.CLOSING: 5, Kind.QUOTE: 5, Kind.DASH: 6,
}  # fmt: skip


class Passage(NamedTuple):
    """Columns of characters."""

    codes: Codes
    sentence: Ints
    """Number of the sentence that the character is in or before."""
    mark: Ints
    unspaced: bool

    def kept(self, keep: Bools) -> "Passage":
        """Without some of the characters."""
        return self._replace(codes=self.codes[keep], sentence=self.sentence[keep], mark=self.mark[keep])

    def put(self, places: Ints, code: int) -> "Passage":
        """With a character before each of these places."""
        codes = np.insert(self.codes, places, np.uint32(code))
        sentence = np.insert(self.sentence, places, self.sentence[places])
        return self._replace(codes=codes, sentence=sentence, mark=np.insert(self.mark, places, 0))

    def cut(self, first: int, last: int) -> "Passage":
        """A piece of it."""
        return self._replace(
            codes=self.codes[first:last], sentence=self.sentence[first:last], mark=self.mark[first:last]
        )


class Example(NamedTuple):
    """Columns of words."""

    rows: Ints
    labels: Floats
    """1 where a sentence ends after the word."""
    marks: Ints
    weights: Floats
    """Of the labels; 0 after the last one: what follows it is not known."""


def passage_of(text: str, sentences: Sequence[Sequence[int]], language: str) -> Passage:
    """A text with its gold sentences."""
    codes = codes_of(text)
    begins = np.zeros(codes.size + 1, np.int32)
    np.add.at(begins, [end for _, end in sentences], 1)
    return Passage(codes, np.cumsum(begins[:-1], dtype=np.int32), _marks(codes), language in ("zh", "ja"))


def _marks(codes: Codes) -> Ints:
    classes = np.zeros(len(Kind), np.int32)
    classes[list(_MARK_OF)] = list(_MARK_OF.values())
    return np.append(classes[kinds_of(codes)][1:], np.int32(0))


def example_of(passage: Passage, weight: float) -> Example:
    """What the network sees of a passage, and what it should say; `weight` is that of boundaries."""
    kinds = kinds_of(passage.codes)
    words = words_of(passage.codes, kinds)
    lasts = words.end - 1
    following = passage.sentence[np.append(words.start[1:], lasts[-1:])]
    labels = following > passage.sentence[lasts]
    weights = np.where(labels, np.float32(weight), np.float32(1))
    weights[-1:] = 0
    letters = flags(*LETTERS)[kinds]
    nearest = np.maximum.accumulate(np.where(letters, np.arange(kinds.size, dtype=np.int32), 0))
    return Example(
        rows_of(passage.codes, kinds, words),
        labels.astype(np.float32),
        passage.mark[nearest[lasts]],
        weights,
    )


def is_blank(codes: Codes) -> Bools:
    """Which characters are white space."""
    found: Bools = flags(*BLANKS)[kinds_of(codes)]
    return found
