"""Lines that may name what follows them."""

import re
from collections.abc import Callable, Sequence

from services.outline.lines import Line

FIRST = frozenset({"introduction", "background", "overview", "summary"})
"""What the first cross-heading of a text is called, in small letters."""
_GOES_ON = '.,;…”’"—-'
_ENDS = '.!?:”"’)]…'
_CELLS = " | "
_MOST = 4
"""Headings in a row."""
_FURNITURE = re.compile(r"(?:page|seite|página|pagina)\s+\d+|source:\s", re.IGNORECASE)


def may_be_title(text: str, line: Line, longest: int) -> bool:
    """Whether the line is short, no sentence, no row of a table, and no more than `longest` characters."""
    own = text[line.start : min(line.end, line.start + longest + 1)]
    return len(own) <= longest and own[-1] not in _GOES_ON and _CELLS not in own and not _FURNITURE.match(own)


def is_ended(text: str, line: Line) -> bool:
    """Whether the line ends a sentence, a quotation or a row of a table."""
    return text[line.end - 1] in _ENDS or text.find(_CELLS, line.start, line.end) >= 0


def titles_above(
    text: str, lines: Sequence[Line], begin: int, last: int, is_title: Callable[[int], bool]
) -> list[int]:
    """The lines right above line `begin` that are titles, down to line `last`; of a long list the last.

    The first of them stands below a whole sentence, or right below `last` where that is a title too.
    """
    first = begin
    while first - 1 > last and is_title(first - 1):
        if begin - first == _MOST:
            return [begin - 1]
        first -= 1
    if first < begin and not is_ended(text, lines[first - 1]) and not (first - 1 == last and is_title(last)):
        first += 1
    return list(range(first, begin))
