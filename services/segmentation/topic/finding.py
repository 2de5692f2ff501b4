"""From pieces of a text to its topics, and to the evidence for cuts that they are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from services.segmentation.boundaries.pieces import Piece, cut_before, weighed
from services.segmentation.boundaries.vectors import Floats, vectors_of
from services.segmentation.plan import FORBIDDEN, Unit
from services.segmentation.topic.links import Topic, TopicLinks, telling_words
from services.segmentation.topic.material import facts_of
from services.segmentation.topic.said import Doubles, said_in
from services.segmentation.topic.segments import Levels, levels_of

LONGEST = 2000
"""Code points of a piece that are embedded."""
STRUCTURE = 0.8
"""What part of the penalty one unit of score is worth, where the text itself speaks for a cut."""
SPEAKER = re.compile(r"^[^:\n]{1,30}:\s+")
INSIDE = 0.5
"""The best score of a gap inside a part of a topic, beside 1 between parts."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of pieces of a text, and how far apart the neighbours among these are (shares of all)."""

    levels: Levels
    distances: Sequence[float]
    listed: Sequence[Topic]
    parts: Sequence[int]

    def weighed(self, units: Sequence[Unit], pieces: Sequence[Piece], *, demanded: bool) -> list[Unit]:
        """The units with scores of cuts between pieces; those between topics are demanded, or the best."""
        starts = set(self.levels.parts)
        scores = [
            1.0 if number in starts else INSIDE * distance
            for number, distance in enumerate(self.distances, 1)
        ]
        reasons = {number: self._reason(i) for i, number in enumerate(self.levels.topics) if i}
        found = weighed(units, pieces, scores, reasons)
        return cut_before(found, pieces, reasons) if demanded else found

    def links(self) -> TopicLinks:
        """What chunks say of their topics."""
        return TopicLinks(self.listed, self.parts)

    def _reason(self, topic: int) -> str:
        words = ", ".join(self.listed[topic].words[:3])
        return f"another topic begins: {words}" if words else "another topic begins"


def topics_in(
    text: str, units: Sequence[Unit], pieces: Sequence[Piece], embed: Callable[[Sequence[str]], Floats]
) -> Topics:
    """The topics of two pieces or more."""
    texts = _bare([piece.span.of(text) for piece in pieces])
    said = said_in(texts)
    vectors = vectors_of([each[:LONGEST] for each in texts], embed)
    facts = facts_of(vectors, said)
    discounts = _discounts([units[piece.first].before.score for piece in pieces])
    levels = levels_of(facts.material, facts.penalty * discounts)
    distances = 1 - vectors.neighbours()
    ranks = np.searchsorted(np.sort(distances), distances) / len(distances)
    words = telling_words(said, levels.topics)
    listed = [
        Topic(pieces[start].span.start, group, gain, its_own)
        for start, group, gain, its_own in zip(levels.topics, levels.groups, levels.gains, words, strict=True)
    ]
    return Topics(levels, ranks.tolist(), listed, [pieces[start].span.start for start in levels.parts])


def _bare(texts: Sequence[str]) -> list[str]:
    """The texts without the names of who says them, where half of them or more begin with one."""
    bare = [SPEAKER.sub("", text, count=1) for text in texts]
    named = sum(a != b for a, b in zip(bare, texts, strict=True))
    return bare if 2 * named >= len(texts) else list(texts)


def _discounts(scores: Sequence[float]) -> Doubles:
    """What share of the penalty cuts must gain: less where the text speaks for one more than elsewhere."""
    known = np.array([0.0 if score == FORBIDDEN else min(score, 1.0) for score in scores])
    found: Doubles = 1 - STRUCTURE * (known - known[1:].mean())
    return found
