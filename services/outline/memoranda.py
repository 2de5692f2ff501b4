"""Explanatory memoranda: the headings between the paragraphs `7.1`, `7.2` of a section enclose them.

So the model of the genre has it ("Policy background", in it "What is being done and why?"). Two headings one
right below the other show two ranks; a heading alone keeps the rank of the last one.
"""

import re
from collections.abc import Iterator, Sequence

from models.outline import NodeKind
from services.outline.candidates import Candidate
from services.outline.lines import Line
from services.outline.names import RANKS
from services.outline.placing import Part
from services.outline.titles import may_be_title, titles_above

_NAME = re.compile(r"explanatory\s+(?:memorandum|notes?)\b", re.IGNORECASE)
_TOP, _LONGEST = 5, 140


def is_memorandum(text: str, lines: Sequence[Line]) -> bool:
    """Whether a memorandum in bare text is named at the top."""
    is_named = any(_NAME.match(text, line.start, line.end) for line in lines[:_TOP])
    return is_named and not any(line.is_heading and line.level for line in lines)


def with_headings(text: str, lines: Sequence[Line], parts: Sequence[Part]) -> Iterator[Part]:
    """The parts in order, with the headings of paragraphs around these."""
    ranks, last = 0, -1
    section = -1

    def is_title(index: int) -> bool:
        line = lines[index]
        is_name = text[line.start].isupper() and text[line.end - 1] != ":"
        return index == section or (is_name and may_be_title(text, line, _LONGEST))

    for candidate, depth in parts:
        if candidate.kind in RANKS or (candidate.kind is NodeKind.PARAGRAPH and not _is_within(candidate)):
            ranks, section = 0, candidate.line
        elif candidate.kind is NodeKind.PARAGRAPH:
            above = titles_above(text, lines, candidate.line, last, is_title)
            ranks = max(ranks - 1, 0) if len(above) == 1 else 0 if above else ranks
            for line in above:
                yield Part(Candidate(line, NodeKind.HEADING), depth + ranks)
                ranks += 1
        yield Part(candidate, depth + ranks)
        last = candidate.line


def _is_within(candidate: Candidate) -> bool:
    """Whether the number is one of a paragraph in a section: `7.1`."""
    return candidate.label is not None and len(candidate.label.readings[0].path) > 1
