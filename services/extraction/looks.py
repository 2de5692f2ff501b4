"""Characters that are not set as plain text: which, and how, by the runs of their lines."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.apparatus import Look, LookKind
from models.span import Span
from services.extraction.line_parts import beside, is_mixed
from services.extraction.raw import RawLine, Row, Run

_Stretch = tuple[int, int, Run]


class Looks:
    """Takes the rows in the order of the text; stretches of one look that a single space parts are one."""

    def __init__(self) -> None:
        self._found: dict[LookKind, list[Span]] = defaultdict(list)

    def note(self, row: Row, words: Sequence[Span]) -> None:
        """`words` are where the row's words stand in the text."""
        number = 0
        largest = max(row, key=lambda line: line.style.size)
        for line in row:
            own = words[number : number + len(line.words)]
            number += len(line.words)
            for kind, span in _looks(line, own, largest):
                self._add(kind, span)

    def all(self) -> tuple[Look, ...]:
        """In the order of the text."""
        found = (Look(kind, span) for kind, spans in self._found.items() for span in spans)
        return tuple(sorted(found, key=lambda look: (look.span, look.kind)))

    def _add(self, kind: LookKind, span: Span) -> None:
        spans = self._found[kind]
        if spans and span.start - spans[-1].end <= 1:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)


def _looks(line: RawLine, words: Sequence[Span], largest: RawLine) -> Iterator[tuple[LookKind, Span]]:
    """For each look that is none of plain text what has it in each word."""
    if not is_mixed(line):
        kinds = _kinds(beside(line, largest))
        yield from ((kind, span) for span in words if span.start < span.end for kind in kinds)
        return
    for start, end, run in _stretches(line):
        for kind in _kinds(run):
            first = 0
            for word, span in zip(line.words, words, strict=True):
                begin = span.start + max(start - first, 0)
                stop = min(span.start + end - first, span.end)
                first += len(word.text)
                if begin < stop:
                    yield kind, Span(begin, stop)


def _stretches(line: RawLine) -> Iterator[_Stretch]:
    """From which to which letter of the line each run reaches."""
    start = 0
    for run in line.runs:
        yield start, start + run.letters, run
        start += run.letters


def _kinds(run: Run) -> list[LookKind]:
    told = {
        LookKind.BOLD: run.style.bold,
        LookKind.ITALIC: run.style.italic,
        LookKind.FIXED: run.style.fixed,
        LookKind.SYMBOLS: run.style.math,
        LookKind.RAISED: run.raised,
        LookKind.LOWERED: run.lowered,
    }
    return [kind for kind, holds in told.items() if holds]
