"""Judgments: paragraphs whose numbers run through the opinion, with the headings between them.

The numbers of a judgment are its addresses (`at [14]`): they run on across all headings, and what else is
numbered stands in a paragraph. What stands before the opinion (court, parties, counsel) has no parts.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from models.outline import NodeKind
from services.outline.candidates import Candidate
from services.outline.judgment_headings import Headings
from services.outline.lines import Line
from services.outline.names import ATTACHED
from services.outline.placing import Part, parts_of
from services.outline.running import running

_TOP, _LONGEST, _FEWEST = 25, 160, 5
_COURT = re.compile(
    r"\[(?:19|20)\d\d\]\s+(?:[A-Z]{2,}|\d)|\b(?:COURT|TRIBUNAL|Tribunal)\b"
    r"|\b(?:(?:High|Supreme|County|Crown|Family|District) Court|Court of)\b"
)
_IN_PARAGRAPHS = (NodeKind.ITEM, NodeKind.PARAGRAPH)


def judgment_parts(text: str, lines: Sequence[Line], candidates: Sequence[Candidate]) -> list[Part] | None:
    """The parts of a judgment in bare text with numbered paragraphs, in order; None for anything else."""
    tops = (line for line in lines[:_TOP] if line.end - line.start <= _LONGEST)
    if not any(_COURT.search(text, line.start, line.end) for line in tops):
        return None
    if any(line.is_heading and line.level for line in lines):
        return None
    chain = running(text, lines, candidates)
    return list(_parts(text, lines, candidates, chain)) if len(chain) >= _FEWEST else None


def _parts(
    text: str, lines: Sequence[Line], candidates: Sequence[Candidate], chain: Sequence[int]
) -> Iterator[Part]:
    headings = Headings(text, lines, candidates, [candidates[place].line for place in chain])
    depth = 0
    for number, (place, end) in enumerate(zip(chain, [*chain[1:], len(candidates)], strict=True)):
        depth = headings.depths[number]
        yield from headings.above[number]
        yield Part(candidates[place], depth)
        following = candidates[place + 1 : end]
        beyond = next((i for i, one in enumerate(following) if one.kind in ATTACHED), len(following))
        if number + 1 < len(chain):
            beyond = len(following)
        yield from parts_of(text, lines, _inner(lines, following[:beyond], headings.lines), depth + 1)
        yield from parts_of(text, lines, following[beyond:])


def _inner(
    lines: Sequence[Line], candidates: Sequence[Candidate], headings: AbstractSet[int]
) -> list[Candidate]:
    """What may stand in a paragraph."""
    return [
        one
        for one in candidates
        if one.kind in _IN_PARAGRAPHS and one.line not in headings and not lines[one.line].is_inner
    ]
