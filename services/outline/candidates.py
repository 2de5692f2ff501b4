"""What may begin a part, line by line: labels, set headings, and words that give themselves away."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.outline import NodeKind
from services.outline.contents import contents_of
from services.outline.doubts import HEADING_LOSS, doubt, loss
from services.outline.labels import Label, Reading, chain
from services.outline.lines import Line
from services.outline.names import RANKS
from services.outline.sequence import Mark
from services.outline.unnumbered import is_agreed, is_recitals, kind_of, names_instrument

_FOLLOWS = re.compile(
    r"\b(?:enact|amend|insert|add|read|adopt|substitut)\w*\s(?:[\w,]+\s){0,6}?(?:as\s+follows|the\s+following)\s*:$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]|[“‘\"(]")
_LEAD = 90
_QUOTES = "“\"‘'«„‟‛"
_CELLS = " | "
_LONGEST_HEADING = 300
_INNER_DOUBT, _INNER_LOSS, _FILED, _COLUMN, _TOP, _TOP_LINES = 0.6, 1.2, 10.0, 10.0, 8, 12


class Candidate(NamedTuple):
    """A part that may begin at a line (by its index), with the label it would have.

    `is_last`: no other label follows in the line. `ends`: it is no part itself, but ends what is open.
    """

    line: int
    kind: NodeKind
    label: Label | None = None
    is_last: bool = True
    ends: bool = False


def candidates_of(text: str, lines: Sequence[Line]) -> list[Candidate]:
    """In the order of the text; what a table of contents lists is none."""
    found: list[Candidate] = []
    is_numbered = False
    for index in range(len(lines)):
        own = _at(text, lines, index)
        if not own:
            continue
        if own[0].label is not None:
            is_numbered = is_numbered or own[0].kind is not NodeKind.EXHIBIT
        elif _is_out_of_place(text, lines, own[0], found, is_numbered=is_numbered):
            is_set = own[0].kind is NodeKind.RECITAL and _is_set(lines[index])
            own = [Candidate(index, NodeKind.HEADING)] if is_set else []
        found += own
    listed = contents_of(text, lines, [(one.line, one.kind, one.label) for one in found])
    return [candidate for candidate in found if candidate.line not in listed] if listed else found


def marks_of(text: str, lines: Sequence[Line], candidates: Sequence[Candidate]) -> Iterator[Mark]:
    """How far each may be believed."""
    for i, one in enumerate(candidates):
        line, label = lines[one.line], one.label
        if label is None:
            readings = (Reading(f"no number: {one.kind}", ()),)
            yield Mark(readings, one.kind, 0.0, HEADING_LOSS, is_recitals(text, line), line.level)
            continue
        following = candidates[i + 1].line if i + 1 < len(candidates) else -1
        unsure = one.is_last and not line.is_heading
        is_inner = line.is_inner and label.kind is NodeKind.ITEM
        yield Mark(
            label.readings,
            label.kind,
            (doubt(text, label, line.end) if unsure else 0.0)
            + _INNER_DOUBT * line.is_inner
            + _filed(one)
            + _COLUMN * _is_column(text, lines, one),
            _INNER_LOSS if is_inner else loss(text, label),
            label.kind in RANKS and following == one.line + 1,
            line.level,
            one.line > 0 and _leads(text, lines[one.line - 1], to=label.kind),
        )


def _is_column(text: str, lines: Sequence[Line], one: Candidate) -> bool:
    """Whether the number stands in a column of numbers, torn from what they number."""
    line, label = lines[one.line], one.label
    if label is None or label.kind is not NodeKind.PARAGRAPH or _WORDS.search(text, label.end, line.end):
        return False
    rest = text[label.end : line.end].strip(" \t.)")
    below = lines[one.line + 1] if one.line + 1 < len(lines) else None
    return bool(rest) or (below is not None and not _WORDS.search(text, below.start, below.end))


def _leads(text: str, line: Line, *, to: NodeKind) -> bool:
    """Whether the line ends in a colon or dash; before a named part, in `is enacted as follows:`."""
    if text[line.end - 1] not in ":—–":
        return False
    return to not in RANKS or _FOLLOWS.search(text, max(line.end - _LEAD, line.start), line.end) is not None


def _at(text: str, lines: Sequence[Line], index: int) -> list[Candidate]:
    line = lines[index]
    if text[line.start] in _QUOTES or line.is_quote or text.find(_CELLS, line.start, line.end) >= 0:
        return []
    labels = chain(text, line.start, line.end)
    if labels:
        return [Candidate(index, label.kind, label, label is labels[-1]) for label in labels]
    kind = kind_of(text, lines, index)
    if kind is not None:
        return [Candidate(index, kind)]
    if is_agreed(text, line):
        return [Candidate(index, NodeKind.PREAMBLE, ends=True)]
    return [Candidate(index, NodeKind.HEADING)] if _is_set(line) else []


def _is_set(line: Line) -> bool:
    """Whether the document sets the line as a heading, other than its title."""
    return line.is_heading and line.level > 0 and line.end - line.start <= _LONGEST_HEADING


def _is_out_of_place(
    text: str, lines: Sequence[Line], one: Candidate, before: Sequence[Candidate], *, is_numbered: bool
) -> bool:
    """A preamble in the body, recitals without one, one more signer, the title of the whole: no parts."""
    if one.ends:
        last = next(
            (other.kind for other in before[: -_TOP_LINES - 1 : -1] if other.kind is not NodeKind.ITEM), None
        )
        return last not in (NodeKind.PREAMBLE, NodeKind.RECITAL)
    if one.kind is NodeKind.PREAMBLE:
        return is_numbered
    if one.kind is NodeKind.RECITAL:
        return not any(other.kind is NodeKind.PREAMBLE for other in before[:_TOP_LINES])
    if one.kind is NodeKind.SIGNATURE:
        return bool(before) and before[-1].kind is NodeKind.SIGNATURE
    is_top = one.kind is NodeKind.HEADING and not is_numbered and one.line < _TOP_LINES
    return is_top and names_instrument(text, lines[one.line])


def _filed(one: Candidate) -> float:
    """`Exhibit 10.27` at the top is how the whole document was filed."""
    label = one.label
    if one.kind is not NodeKind.EXHIBIT or one.line >= _TOP or label is None:
        return 0.0
    return _FILED * (label.number[:2].isdigit() or "." in label.number)
