"""What stands between numbered parts: cross-headings that bare text shows by their place, and terms."""

from collections.abc import Iterator, Sequence

from models.outline import NodeKind
from models.span import Span
from services.outline.lines import Line
from services.outline.names import RANKS
from services.outline.titles import FIRST, is_ended, may_be_title
from services.outline.tree import Found
from services.outline.unnumbered import defined_term

_LONGEST_HEADING = 110
Placed = tuple[int, Found]


class _Depths:
    """Depths doubled, so that terms find room between two; `_terms` is that of the terms while they last."""

    def __init__(self) -> None:
        self._last = -1
        self._terms: int | None = None

    def of_part(self, part: Found) -> int:
        """The depth of a part, which ends the terms unless it stands in them."""
        depth = 2 * part.depth
        if self._terms is not None and depth < self._terms:
            self._terms = None
        if self._terms is not None and depth == self._terms + 1 and part.kind is not NodeKind.ITEM:
            depth = self._terms
        self._last = depth
        return depth

    def of_term(self) -> int:
        """The depth of a term: in the last part, beside other terms."""
        if self._terms is None:
            self._terms = self._last + 1
        return self._terms


def with_asides(
    text: str, lines: Sequence[Line], found: Sequence[Placed], *, is_headed: bool = False
) -> list[Found]:
    """The parts with what stands between them. Cross-headings enclose nothing: bare text has no ranks."""
    depths = _Depths()
    result: list[Found] = []
    is_bare = not is_headed and not any(line.is_heading for line in lines)
    last = -1
    for line, part in found:
        result += _terms(text, lines[last + 1 : line], depths)
        depth = depths.of_part(part)
        if is_bare and line - 1 > last and _is_cross_heading(text, lines, line - 1, part, is_first=last < 0):
            span = Span(lines[line - 1].start, lines[line - 1].end)
            result.append(Found(lines[line - 1].begin, depth, NodeKind.HEADING, heading_span=span))
        result.append(part._replace(depth=depth))
        last = line + (part.heading_span is not None and part.heading_span.start >= lines[line].end)
    result += _terms(text, lines[last + 1 :], depths)
    return result


def _terms(text: str, lines: Sequence[Line], depths: _Depths) -> Iterator[Found]:
    for line in lines:
        term = defined_term(text, line)
        if term is not None:
            yield Found(line.begin, depths.of_term(), NodeKind.DEFINITION, heading_span=term)


def _is_cross_heading(text: str, lines: Sequence[Line], index: int, part: Found, *, is_first: bool) -> bool:
    """Whether a short line between a sentence and a numbered paragraph names what follows."""
    line = lines[index]
    if part.label is None or (part.kind is not NodeKind.PARAGRAPH and part.kind not in RANKS):
        return False
    if not may_be_title(text, line, _LONGEST_HEADING) or text[line.end - 1] == ":":
        return False
    if is_first:
        return text[line.start : line.end].lower() in FIRST
    return text[line.start].isupper() and is_ended(text, lines[index - 1])
