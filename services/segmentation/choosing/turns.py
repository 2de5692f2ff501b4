"""Transcripts: lines that are each a statement or somebody's turn."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from models.document import Block, BlockKind, Document
from models.span import Span
from services.segmentation.choosing.region import LONG, Choice, Region
from services.segmentation.ladder import LINE
from services.segmentation.topic.units import turns_of

SPEAKER = re.compile(
    r"[\[(]?(?:\d{1,2}:\d\d(?::\d\d)?(?:\.\d{1,3})?[\])]?\s{1,3})?"
    r"([QA]\.|[^\W\d_a-z][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,4}(?: ?\([^()\n]{1,40}\))?\s?:)(?=\s|$)"
)
"""`Ms. Smith (Chair):`, `[00:12:05] PROFESSOR E:`, `Q.`"""
TURNS = 20
KNOWN = 3
"""Turns a speaker has on average at least: what is labelled but once is no speaker."""
HALF = 0.5
WORDS = 4
"""Of a line that says something."""
SHARE = 0.4
"""Turns differ much in length: chunks are drawn to this part of the cap, so that they may too."""
_INNER_END = re.compile(r"[.!?…。！？]['”’\")]?\s")


class _Lines(NamedTuple):
    """Lines of a text, those that say something, ends of statements inside lines, turns of speakers."""

    lines: int
    telling: int
    inner: int
    speakers: Counter[str]

    @property
    def is_spoken(self) -> bool:
        turns = self.speakers.total()
        return turns >= max(TURNS, HALF * self.lines) and turns >= KNOWN * len(self.speakers) > KNOWN

    @property
    def is_stated(self) -> bool:
        return self.telling >= max(TURNS, HALF * self.lines) and self.inner <= HALF * self.lines


def in_turns(document: Document) -> Choice | None:
    """For long texts in which most lines are turns of speakers, or one statement each."""
    paragraphs = [block.span for block in document.blocks if block.kind is BlockKind.PARAGRAPH]
    size = sum(span.end - span.start for span in paragraphs)
    if size < max(LONG, HALF * len(document.text)):
        return None
    found = _looked_at(document.text, paragraphs)
    if found.is_spoken:
        return Choice("topic", _spoken(found), SHARE)
    if found.is_stated and turns_of(document):
        return Choice("topic", f"{found.lines} lines, a statement each", SHARE)
    return None


def transcripts(document: Document) -> Iterator[Region]:
    """Long runs of paragraphs that are turns of speakers."""
    for is_prose, run in groupby(document.blocks, key=_is_prose):
        spans = [block.span for block in run] if is_prose else []
        if not spans or spans[-1].end - spans[0].start < LONG:
            continue
        found = _looked_at(document.text, spans)
        if found.is_spoken:
            yield Region(Span(spans[0].start, spans[-1].end), Choice("topic", _spoken(found), SHARE))


def _is_prose(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH


def _spoken(found: _Lines) -> str:
    return f"{found.speakers.total()} turns of {len(found.speakers)} speakers"


def _looked_at(text: str, spans: Sequence[Span]) -> _Lines:
    lines, telling, inner, speakers = 0, 0, 0, Counter[str]()
    for span in spans:
        for match in LINE.finditer(text, *span):
            line = match.group().strip()
            lines += bool(line)
            telling += len(line.split(None, WORDS)) >= WORDS
            inner += len(_INNER_END.findall(line))
            if found := SPEAKER.match(line):
                speakers[found[1]] += 1
    return _Lines(lines, telling, inner, speakers)
