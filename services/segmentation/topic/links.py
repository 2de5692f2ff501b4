"""What chunks say of the topics that they are in."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from models.span import Span
from services.segmentation.topic.wording import COMMON, STEM, WORD

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


def telling_words(texts: Sequence[str], starts: Sequence[int]) -> list[tuple[str, ...]]:
    """Of each topic the words that are most its own, in the form it says most often.

    A word counts as often as it is said there, times the share of all its uses; those in many units are out.
    """
    by_unit = [
        Counter(word for word in WORD.findall(text.lower()) if len(word) >= SHORTEST) for text in texts
    ]
    spread = Counter(stem for words in by_unit for stem in {word[:STEM] for word in words})
    total: Counter[str] = Counter()
    for words in by_unit:
        for word, times in words.items():
            total[word[:STEM]] += times
    ends = [*starts[1:], len(texts)]
    common = {stem for stem, units in spread.items() if units > max(2.0, COMMON * len(texts))}
    return [_most_own(by_unit[a:b], total, common) for a, b in zip(starts, ends, strict=True)]


def _most_own(units: Sequence[Counter[str]], total: Counter[str], common: set[str]) -> tuple[str, ...]:
    forms: Counter[str] = Counter()
    for words in units:
        forms.update(words)
    said: Counter[str] = Counter()
    best: dict[str, str] = {}
    for word, times in sorted(forms.items()):
        stem = word[:STEM]
        said[stem] += times
        if times > forms[best.setdefault(stem, word)]:
            best[stem] = word
    ranked = sorted(
        (stem for stem in said if stem not in common), key=lambda s: (-(said[s] ** 2) / total[s], s)
    )
    return tuple(best[stem] for stem in ranked[:TELLING])
