"""Paragraphs whose figures run on through a whole text."""

from collections.abc import Sequence

from models.outline import NodeKind
from services.outline.candidates import Candidate
from services.outline.lines import Line
from services.outline.ordinals import WHOLE

_FAMILIES = ("1.", "1bare", "1[]", "1)")
_WIDEST, _MISSED, _CHANGED, _QUOTED, _ANEW = 5, 0.6, 1.5, 0.3, 0.9

_Best = dict[tuple[int, str], tuple[float, int]]


def running(text: str, lines: Sequence[Line], candidates: Sequence[Candidate]) -> list[int]:
    """The longest chain of paragraphs numbered from 1 on, by their place among the candidates. Linear.

    What counts against a chain: figures left out, another way to print them, quotation marks, counting anew.
    """
    quoted = _quoted(text, lines)
    best: _Best = {}
    before = [-1] * len(candidates)
    top, last, previous = 0.0, -1, 0
    is_anew = False
    for i, one in enumerate(candidates):
        value, family = _figure(one, lines)
        if not value:
            continue
        is_anew = previous > 0 and (value == 1 or (is_anew and value == previous + 1))
        previous = value
        length, before[i] = _longest_before(best, value, family)
        if before[i] < 0 and value > 1:
            continue
        length += _QUOTED if one.line in quoted else _ANEW if is_anew else 1.0
        if length > best.get((value, family), (0.0, -1))[0]:
            best[value, family] = length, i
        if length > top:
            top, last = length, i
    chain = []
    while last >= 0:
        chain.append(last)
        last = before[last]
    return chain[::-1]


def _longest_before(best: _Best, value: int, family: str) -> tuple[float, int]:
    """How long the best chain is that the figure may go on from, and where it ends; -1 for none."""
    found = (0.0, -1)
    for back in range(1, min(_WIDEST + 1, value)):
        for other in _FAMILIES:
            length, at = best.get((value - back, other), (0.0, -1))
            length -= _MISSED * (back - 1) + _CHANGED * (other != family)
            if at >= 0 and length > found[0]:
                found = length, at
    return found


def _figure(one: Candidate, lines: Sequence[Line]) -> tuple[int, str]:
    """The figure at the start of the line, and how it is printed; 0 without one."""
    label, line = one.label, lines[one.line]
    if label is None or label.kind is not NodeKind.PARAGRAPH:
        return 0, ""
    if line.is_inner or label.span.start > line.start + 1:
        return 0, ""
    family, path, cost = label.readings[0]
    is_figure = family in _FAMILIES and len(path) == 1 and not cost and path[0] % WHOLE == 0
    return (path[0] // WHOLE if is_figure else 0), family


def _quoted(text: str, lines: Sequence[Line]) -> set[int]:
    """The lines that stand in a quotation which a line above opened."""
    found: set[int] = set()
    is_open = False
    for i, line in enumerate(lines):
        if is_open:
            found.add(i)
        is_open = is_open or text[line.start] == "“"
        if is_open and text.find("”", max(line.end - 3, line.start), line.end) >= 0:
            is_open = False
    return found
