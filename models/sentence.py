"""A sentence as an engine finds it."""

from typing import NamedTuple

from models.span import Span


class Sentence(NamedTuple):
    """A trimmed span and the probability of its end: 1 at the end of a text, and if an engine has none."""

    span: Span
    probability: float = 1.0
