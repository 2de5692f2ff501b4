"""The text of a block in Markdown: marks of notes, formulas between dollars, emphasis, code."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.apparatus import LinkKind, LookKind
from models.document import Document
from models.span import Span
from services.extraction import latex
from services.extraction.inline_formulas import LOWERED, RAISED, SYMBOL, TEXT, classes, formulas

_SIGNS = {LookKind.BOLD: "**", LookKind.ITALIC: "_", LookKind.FIXED: "`"}
_LETTERS = {LookKind.SYMBOLS: SYMBOL, LookKind.RAISED: RAISED, LookKind.LOWERED: LOWERED}
_SHIFTS = {RAISED: latex.RAISED, LOWERED: latex.LOWERED}
_RAISED_TEXT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED_TEXT = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_SHIFTED_NUMBER = re.compile(r"[0-9+−-]+")
_WHOLE = 0.85


class _Change(NamedTuple):
    """What stands for a stretch of the text."""

    span: Span
    written: str


class Wording:
    """Spans of a document's text as Markdown has them."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._looks: dict[LookKind, list[Span]] = defaultdict(list)
        for kind, span in document.apparatus.looks:
            self._looks[kind].append(span)
        links = [link for link in document.apparatus.links if link.kind is LinkKind.FOOTNOTE]
        self._targets = dict(sorted((link.source, link.target) for link in links))
        self._marks = list(self._targets)
        self._first = {target: mark for mark, target in reversed(self._targets.items())}
        self._numbers = {target: n for n, target in enumerate(dict.fromkeys(self._targets.values()), 1)}

    def notes(self) -> list[tuple[Span, Span, int]]:
        """Each note, the first mark that leads to it, its number."""
        return [(target, self._first[target], number) for target, number in self._numbers.items()]

    def plain(self, span: Span) -> str:
        """With marks of notes only."""
        return self._written(span, self._marked(span))

    def rich(self, span: Span) -> str:
        """With everything; what all of the block looks like is no emphasis."""
        marks = self._marked(span)
        changes = sorted([*marks, *self._formulas(span, marks)])
        return self._written(span, [*changes, *self._emphasis(span, changes)])

    def note(self, span: Span) -> str:
        """The note at the span without the mark that it begins with."""
        label = self._first[span].of(self._text)
        start = span.start + len(label) * span.of(self._text).startswith(label)
        return self.rich(Span(start, span.end))

    def _within(self, kind: LookKind, span: Span) -> list[Span]:
        spans = self._looks.get(kind, [])
        first = bisect_right(spans, span.start, key=lambda own: own.end)
        last = bisect_left(spans, span.end, key=lambda own: own.start)
        return [Span(max(own.start, span.start), min(own.end, span.end)) for own in spans[first:last]]

    def _marked(self, span: Span) -> list[_Change]:
        marks, place = self._marks, bisect_left(self._marks, Span(span.start, 0))
        last = bisect_left(marks, Span(span.end, 0))
        inside = [mark for mark in marks[place:last] if mark.end <= span.end]
        return [_Change(mark, f"[^{self._numbers[self._targets[mark]]}]") for mark in inside]

    def _classes(self, span: Span) -> list[str]:
        """How each character is set."""
        found = [TEXT] * (span.end - span.start)
        for kind, letter in _LETTERS.items():
            for own in self._within(kind, span):
                found[own.start - span.start : own.end - span.start] = letter * (own.end - own.start)
        return found

    def _formulas(self, span: Span, marks: Sequence[_Change]) -> Iterator[_Change]:
        found = self._classes(span)
        if not (set(found) - {TEXT}):
            return
        text = span.of(self._text)
        for mark, _ in marks:
            found[mark.start - span.start : mark.end - span.start] = TEXT * (mark.end - mark.start)
        looks = "".join(found)
        last = 0
        for own in formulas(text, classes(text, found)):
            yield from _shifted(text, looks, Span(last, own.start), span.start)
            last = own.end
            shifts = "".join(_SHIFTS.get(letter, latex.LEVEL) for letter in own.of(looks))
            if written := latex.latex(own.of(text), shifts):
                yield _Change(own.shift(span.start), f"${written}$")
        yield from _shifted(text, looks, Span(last, len(text)), span.start)

    def _emphasis(self, span: Span, taken: list[_Change]) -> Iterator[_Change]:
        """Empty stretches at which a sign stands; what cuts through a formula or a mark is left out."""
        end = span.start
        for own, sign in sorted(self._stressed(span)):
            place = bisect_right(taken, own.start, key=lambda change: change.span.end)
            free = place == len(taken) or taken[place].span.start >= own.end
            if free and own.start >= end and self._stands_free(own, sign):
                end = own.end
                yield _Change(Span(own.start, own.start), sign)
                yield _Change(Span(own.end, own.end), sign)

    def _stressed(self, span: Span) -> Iterator[tuple[Span, str]]:
        letters = _letters(span.of(self._text))
        for kind, sign in _SIGNS.items():
            stretches = [own.trimmed(self._text) for own in self._within(kind, span)]
            if sum(_letters(own.of(self._text)) for own in stretches) < _WHOLE * letters:
                yield from ((own, sign) for own in stretches)

    def _stands_free(self, span: Span, sign: str) -> bool:
        """Whether it says something and no letter touches it, so that signs around it are read as such."""
        own = span.of(self._text)
        before, after = self._text[span.start - 1 : span.start], self._text[span.end : span.end + 1]
        says = sign[0] not in own and any(map(str.isalnum, own))
        return says and not (before.isalnum() or after.isalnum())

    def _written(self, span: Span, changes: list[_Change]) -> str:
        pieces = []
        position = span.start
        for own, written in sorted(changes):
            pieces += [self._text[position : own.start], written]
            position = own.end
        return "".join((*pieces, self._text[position : span.end]))


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _shifted(text: str, looks: str, span: Span, offset: int) -> Iterator[_Change]:
    """Raised and lowered numbers in running text by the characters there are for them."""
    for letter, table in ((RAISED, _RAISED_TEXT), (LOWERED, _LOWERED_TEXT)):
        for match in re.finditer(f"{letter}+", looks[slice(*span)]):
            own = Span(*match.span()).shift(span.start)
            if _SHIFTED_NUMBER.fullmatch(own.of(text)):
                yield _Change(own.shift(offset), own.of(text).translate(table))
