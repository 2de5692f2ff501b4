"""A part of a document and the strategy that fits it."""

from typing import NamedTuple

from models.span import Span


class Choice(NamedTuple):
    """A strategy, and why, in words a user reads; `share` of the cap is its target where it is not 1."""

    strategy: str
    because: str
    share: float = 1.0


class Region(NamedTuple):
    """Where a choice holds."""

    span: Span
    choice: Choice


LONG = 4000
"""Code points below which no part of a document is worth a strategy of its own."""
