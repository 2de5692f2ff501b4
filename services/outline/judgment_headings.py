"""The headings of a judgment: which lines they are, and which of them enclose the paragraphs below.

Where no numbers tell, the custom of the publisher of British judgments is followed: headings enclose where
the opinion is a tribunal's or opens with the name of a judge of the High Court or above, up to the first
place where one stands right below another, for from there on they have ranks that bare text does not show.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.outline import NodeKind
from services.outline.candidates import Candidate
from services.outline.labels import Label
from services.outline.lines import Line
from services.outline.ordinals import WHOLE
from services.outline.placing import Part
from services.outline.titles import FIRST, may_be_title, titles_above

_TITLE = re.compile(
    r"(?:approved\s|final\s)?(?:j\s?u\s?d\s?g\s?e?\s?m\s?e\s?n\s?t|decision|reasons)\b.{0,30}$", re.IGNORECASE
)
_TRIBUNAL = re.compile(
    r"(?:OPEN )?(?:DECISION|DETERMINATION|REASONS)(?: [A-Z&]+){0,8}$"
    r"|(?i:decision(?: (?:and|&) reasons)?|determination and reasons|reasons(?: for (?:the )?decision)?)$"
)
_AUTHOR = re.compile(
    r"(?:MRS?\.? JUSTICE(?: [A-Z]+)+|(?:L(?:ord|ady)|(?:The Honourable )?Mrs?) Justice"
    r"(?: [A-Z][a-z]+(?:-[A-Z][a-z]+)?){1,2})\s*:?$"
)
_DIVIDING = frozenset({"A.", "I."})
_LONGEST, _LONGEST_SMALL = 140, 40


@dataclass
class _Run:
    """Numbered headings that run on: how they are printed, the last ordinal, their lines.

    `depth` is how deep they stand, None beside the paragraphs.
    """

    family: str
    last: int
    lines: list[int]
    depth: int | None


class Headings:
    """Of each running paragraph the headings above it, and how many parts stand around it (`depths`).

    `begins` are the lines of the paragraphs; `lines` are those of all headings.
    """

    def __init__(
        self, text: str, lines: Sequence[Line], candidates: Sequence[Candidate], begins: Sequence[int]
    ) -> None:
        self._text, self._lines = text, lines
        self._labelled = {
            one.line: one
            for one in candidates
            if one.label and one.kind is NodeKind.ITEM and one.label.number and one.is_last
        }
        self._above = [self._first_above(begins[0])]
        self._above += [
            titles_above(text, lines, begin, last, self._is_title) for last, begin in pairwise(begins)
        ]
        self._ranks = self._ranked()
        self.lines = frozenset(line for above in self._above for line in above)
        self.above: list[list[Part]] = []
        self.depths: list[int] = []
        self._place(enclose=not self._ranks and self._opens_opinion(min([begins[0], *self._above[0]]) - 1))

    def _place(self, *, enclose: bool) -> None:
        """Headings without a number stand beside the paragraphs unless they `enclose`."""
        depth = 0
        for above in self._above:
            if enclose and sum(line not in self._labelled for line in above) > 1:
                enclose, depth = False, 0
            found = []
            for line in above:
                own = self._labelled.get(line, Candidate(line, NodeKind.HEADING))
                around = self._ranks.get(line, 0 if enclose and own.label is None else None)
                found.append(Part(own, depth if around is None else around))
                depth = depth if around is None else around + 1
            self.above.append(found)
            self.depths.append(depth)

    def _first_above(self, begin: int) -> list[int]:
        """The heading of the first paragraph, which the title page must not hide."""
        line = begin - 1
        if line < 0 or not self._is_title(line):
            return []
        is_known = self._words(line).lower().rstrip(" :") in FIRST
        return [line] if line in self._labelled or is_known or self._opens_opinion(line - 1) else []

    def _ranked(self) -> dict[int, int]:
        """How deep headings with numbers stand in each other, by line; those that do not run on are none.

        They divide the opinion if the first stands above paragraph 1, and what such a one holds if all others
        of the kind begin right below one.
        """
        runs: list[_Run] = []
        open_runs: list[_Run] = []
        for number, above in enumerate(self._above):
            for line in above:
                label = self._labelled[line].label if line in self._labelled else None
                if label is None or _goes_on(open_runs, label, line):
                    continue
                first = next((reading for reading in label.readings if reading.path[-1] == WHOLE), None)
                if first is not None:
                    again = next((i for i, run in enumerate(open_runs) if run.family == first.family), None)
                    del open_runs[len(open_runs) if again is None else again :]
                    around = open_runs[-1] if open_runs and open_runs[-1].lines[-1] == line - 1 else None
                    depth = 0 if number == 0 and first.family in _DIVIDING else None
                    if around is not None and around.depth is not None:
                        depth = around.depth + 1
                    open_runs.append(_Run(first.family, WHOLE, [line], depth))
                    runs.append(open_runs[-1])
        runs = [run for run in runs if len(run.lines) > 1]
        beside = {run.family for run in runs if run.depth is None}
        kept = {line: None if run.family in beside else run.depth for run in runs for line in run.lines}
        for above in self._above:
            while above and above[0] in self._labelled and above[0] not in kept:
                del above[0]
        return {line: depth for line, depth in kept.items() if depth is not None}

    def _is_title(self, index: int) -> bool:
        line, own = self._lines[index], self._words(index)
        if not may_be_title(self._text, line, _LONGEST) or _TITLE.match(own) or _AUTHOR.match(own):
            return False
        label = self._labelled[index].label if index in self._labelled else None
        if label is not None:
            return self._text[label.end : line.end].lstrip(" .:)—–-‘“\t")[:1].isupper()
        return own[0].isupper() or (own[0].isalpha() and len(own) <= _LONGEST_SMALL)

    def _opens_opinion(self, index: int) -> bool:
        own = self._words(index) if index >= 0 else ""
        return _AUTHOR.match(own) is not None or _TRIBUNAL.match(own) is not None

    def _words(self, index: int) -> str:
        return self._text[self._lines[index].start : self._lines[index].end]


def _goes_on(runs: list[_Run], label: Label, line: int) -> bool:
    """Whether a run goes on with the label; it closes those in it."""
    for depth in range(len(runs) - 1, -1, -1):
        for reading in label.readings:
            if reading.family == runs[depth].family and reading.path[-1] == runs[depth].last + WHOLE:
                del runs[depth + 1 :]
                runs[depth].last = reading.path[-1]
                runs[depth].lines.append(line)
                return True
    return False
