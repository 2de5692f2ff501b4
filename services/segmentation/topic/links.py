"""What chunks say of the topics that they are in."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from models.span import Span
from services.segmentation.topic.said import STEM, Integers, Said

TELLING = 5
SHORTEST = 4
"""Letters of a word that tells what a topic is about."""


class Topic(NamedTuple):
    """Where a topic begins, the number of the group it is in, what its first cut gained, its words."""

    start: int
    group: int
    gain: float
    words: tuple[str, ...]


class TopicLinks:
    """Links of one document; `topics` and starts of `parts` are in its order."""

    def __init__(self, topics: Sequence[Topic], parts: Sequence[int]) -> None:
        self._topics = topics
        self._starts = [topic.start for topic in topics]
        self._groups = {topic.group: topic.start for topic in reversed(topics)}
        self._parts = parts

    def links(self, spans: Sequence[Span], chunk_at: Callable[[int], str]) -> dict[str, Any]:
        """Numbers from 0 of topic, part and group, with the ids of the chunks where topic and group begin."""
        at = max(spans[0].start, self._starts[0])
        number = bisect_right(self._starts, at) - 1
        topic = self._topics[number]
        return {
            "topic": number,
            "topic_part": bisect_right(self._parts, at) - 1,
            "topic_group": topic.group,
            "topic_begins": chunk_at(topic.start),
            "topic_group_begins": chunk_at(self._groups[topic.group]),
            "topic_score": topic.gain,
            "topic_words": list(topic.words),
        }


def telling_words(said: Said, starts: Sequence[int]) -> list[tuple[str, ...]]:
    """Of each topic the words that are most its own, in the form it says most often.

    A word counts as often as it is said there, times the share of all its uses; those in many units are out.
    """
    telling = np.array([len(form) >= SHORTEST for form in said.forms], bool) & ~said.common()[said.stems]
    kept = telling[said.words]
    words, total = said.words[kept], np.bincount(said.stems[said.words[kept]])
    ends = np.searchsorted(said.of[kept], [*starts, said.units])
    return [tuple(_most_own(said, words[a:b], total)) for a, b in pairwise(ends)]


def _most_own(said: Said, words: Integers, total: Integers) -> Iterator[str]:
    forms, times = np.unique(words, return_counts=True)
    stems, first, stem = np.unique(said.stems[forms], return_index=True, return_inverse=True)
    own = np.bincount(stem, times) ** 2 / total[stems]
    best = np.flatnonzero(own >= np.sort(own)[-TELLING:][:1])
    named = sorted((-own[i], said.forms[forms[first[i]]][:STEM], i) for i in best)
    for _, _, i in named[:TELLING]:
        yield min((-times[j], said.forms[forms[j]]) for j in np.flatnonzero(stem == i))[1]
