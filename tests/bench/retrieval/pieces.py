"""Chunks as the bench sees them."""

from collections.abc import Callable
from typing import NamedTuple

from models.chunk import joined, sent_to_model
from models.span import Span


class Piece(NamedTuple):
    """A chunk: its code points, and what is put in front of them."""

    spans: tuple[Span, ...]
    context: str = ""

    @property
    def whole(self) -> Span:
        """From its first code point to its last."""
        return Span(self.spans[0].start, self.spans[-1].end)

    def sent(self, text: str) -> str:
        """What a search sees of it."""
        return sent_to_model(self.context, joined(text, self.spans))


Pieces = list[Piece]
Chunker = Callable[[str, int], Pieces]
"""A text and a limit in characters → its chunks."""


def piece(start: int, end: int) -> Piece:
    """Of one span."""
    return Piece((Span(start, end),))
