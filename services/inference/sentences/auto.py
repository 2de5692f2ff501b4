"""Kerf's own engine, and another one where that one cannot know or is in doubt."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from models.sentence import Sentence
from models.span import Span
from services.inference.boundaries import splitter
from services.inference.boundaries.arrays import Bools, Ints
from services.inference.sentences.language import language_of
from services.inference.sentences.passages import lacks_capitals, lacks_marks, passages_of
from services.inference.windows import Boundaries, sentences_in, windows_of

LANGUAGES = frozenset({"en", "es", "fr", "it", "pt", "de", "zh", "ja"})
"""That Kerf's own engine was trained on."""
DOUBTFUL = (0.1, 0.9)
"""Probabilities between which the other engine is asked, too, if it can tell."""
AROUND = 600
"""Code points before and after a doubtful boundary that the other engine is shown."""


_LEAST = 1e-4


class Other(NamedTuple):
    """The engine that helps out."""

    boundaries: Callable[[Sequence[str]], Iterator[Boundaries]]
    """Of texts that are not blank; probabilities above a half are ends."""
    knows_all: bool
    """Whether it reads languages that are not in LANGUAGES, and settles doubts about those that are."""


class Auto:
    """Sentences by both engines; `language` (ISO 639) is found passage by passage when it is not given."""

    def __init__(self, other: Other, language: str | None = None) -> None:
        self._other = other
        self._language = language

    def sentences_of(self, parts: Iterable[str], threshold: float | None = None) -> Iterator[Sentence]:
        """Of a text that comes in parts; as `splitter.sentences_of`."""
        least = splitter.THRESHOLD if threshold is None else threshold
        return sentences_in(windows_of(parts, splitter.WINDOW, splitter.AROUND), self._boundaries_of, least)

    def _boundaries_of(self, text: str) -> Boundaries:
        spans = _joined(span for span in passages_of(text) if self._is_foreign(span.of(text)))
        foreign = [span.trimmed(text) for span in spans]
        found = self._replaced(text, splitter.boundaries_of(text), foreign)
        return self._settled(text, found, foreign) if self._other.knows_all else found

    def _is_foreign(self, passage: str) -> bool:
        if passage.isspace():
            return False
        if lacks_marks(passage) or lacks_capitals(passage):
            return True
        return self._other.knows_all and not self._is_known(passage)

    def _is_known(self, passage: str) -> bool:
        language = self._language or language_of(passage)
        return language is None or language in LANGUAGES

    def _replaced(self, text: str, found: Boundaries, foreign: list[Span]) -> Boundaries:
        """With the other engine's boundaries in these passages; their own ends stay as they are."""
        kept = ~_inside(found[0], foreign)
        pieces = [(found[0][kept], found[1][kept], found[2][kept])]
        theirs = self._other.boundaries([span.of(text) for span in foreign])
        for span, (ends, following, probability) in zip(foreign, theirs, strict=True):
            pieces.append((ends + span.start, following + span.start, probability))
        ends, following, probability = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
        order = np.argsort(ends, kind="stable")
        return ends[order], following[order], probability[order]

    def _settled(self, text: str, found: Boundaries, foreign: list[Span]) -> Boundaries:
        """With the mean of both opinions (in log odds) where the first one was a doubt."""
        ends, following, probability = found
        low, high = DOUBTFUL
        asked = np.flatnonzero((probability > low) & (probability < high) & ~_inside(ends, foreign))
        around = [Span(max(int(ends[i]) - AROUND, 0), int(ends[i]) + AROUND) for i in asked]
        settled = probability.copy()
        opinions = self._other.boundaries([span.of(text) for span in around])
        for i, span, (places, _, opinion) in zip(asked, around, opinions, strict=True):
            there = np.flatnonzero(places == ends[i] - span.start)
            if there.size:
                settled[i] = _mean(float(probability[i]), float(opinion[there[0]]))
        return ends, following, settled


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Those that touch are one."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].end == span.start:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _inside(ends: Ints, spans: Sequence[Span]) -> Bools:
    """Whether each lies in one of the spans and does not end it."""
    starts = np.array([span.start for span in spans], np.int64)
    stops = np.array([span.end for span in spans], np.int64)
    last = np.searchsorted(starts, ends, side="left") - 1
    return (last >= 0) & (ends < np.append(stops, 0)[last])


def _mean(one: float, other: float) -> float:
    """The probability whose log odds are the mean of both."""
    odds = [p / (1 - p) for p in (one, min(max(other, _LEAST), 1 - _LEAST))]
    root = sqrt(odds[0] * odds[1])
    return root / (1 + root)
