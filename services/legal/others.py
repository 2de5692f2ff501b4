"""Passages whose references point into other laws: quotations, and orders to amend."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from models.outline import Outline
from models.span import Span, union
from services.legal.near import near

_LONGEST = 20_000
_QUOTE = re.compile(r"[“”]")
_AMENDED = re.compile(
    r"\b(?:is|are|be)\s(?:further\s|hereby\s|each\s)?(?:amended|repealed|redesignated|revised|struck)\b"
)
_ORDERS = ("amended", "repealed", "redesignated", "revised", "struck")
_BY_THIS = re.compile(
    r"\b(?:added|made|amended|inserted|designated|redesignated|established|referred\sto)\s(?:by|in|"
    r"under)\s\Z"
)


class Passages:
    """Sorted, disjoint spans."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = list(union(spans))

    def hold(self, offset: int) -> bool:
        """Whether the offset is in one of them."""
        place = bisect_right(self._spans, offset, key=lambda span: span.start) - 1
        return place >= 0 and offset < self._spans[place].end


def quotations(text: str) -> Passages:
    """What stands between curly quotation marks; a mark that opens again at the start of a line goes on."""
    spans: list[Span] = []
    opened: int | None = None
    for mark in _QUOTE.finditer(text):
        if mark[0] == "“":
            opened = mark.start() if opened is None or mark.start() - opened > _LONGEST else opened
        elif opened is not None:
            spans.append(Span(opened, mark.end()))
            opened = None
    return Passages(spans)


def amendments(text: str, outline: Outline, external: Sequence[int]) -> Passages:
    """From an order to amend a law to the end of its part; `external` are ends of references."""
    spans = []
    for order in near(_AMENDED, text, _ORDERS, 24, 24):
        place = bisect_right(external, order.start()) - 1
        node = outline.at(order.start())
        if place >= 0 and node is not None and external[place] >= outline.nodes[node].span.start:
            spans.append(Span(order.end(), outline.nodes[node].span.end))
    return Passages(spans)


def is_by_this(text: str, offset: int) -> bool:
    """Whether the words before a reference say that it is to this text: `as added by `."""
    return _BY_THIS.search(text, max(0, offset - 24), offset) is not None
