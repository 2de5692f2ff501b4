"""What a strategy hands to the optimizer: units that should stay whole, and how good a cut before each is."""

import math
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from models.span import Span


class Level(IntEnum):
    """What a unit is. An oversize unit is split one level down."""

    SECTION = 0
    BLOCK = 1
    SENTENCE = 2
    CLAUSE = 3
    WORD = 4
    GRAPHEME = 5


class Evidence(NamedTuple):
    """How good a cut is, from 0 (bad) to 1 (ideal), and why, in words a user reads.

    A score of `-inf` forbids the cut unless the cap leaves no other; `+inf` demands it.
    """

    score: float
    reason: str


class Unit(NamedTuple):
    """A span that should not be cut, and the evidence for a cut before it.

    `depth` is how deep it is nested: a chunk rather does not go on beyond what its first unit is nested in.
    """

    span: Span
    level: Level
    before: Evidence
    depth: int = 0


Flow = Sequence[Unit]
"""Units in the order in which they may share a chunk; each flow is packed by itself."""


class Notes(Protocol):
    """What a strategy says of chunks beyond what the document says."""

    def headings(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """Where the chunk stands."""

    def metadata(self, spans: Sequence[Span]) -> dict[str, Any]:
        """Facts for whoever uses the chunk."""

    def container(self, spans: Sequence[Span]) -> int | None:
        """Where what the chunk is a part of begins: the chunk there is its parent."""


class Links(Protocol):
    """What a strategy says of chunks that points at other chunks."""

    def links(self, spans: Sequence[Span], chunk_at: Callable[[int], str]) -> dict[str, Any]:
        """More metadata; `chunk_at` gives the id of the chunk that holds an offset."""


class Plan(NamedTuple):
    """Flows, and what else a strategy may bring: its own contexts, notes and links."""

    flows: Sequence[Flow]
    contexts: Any = None
    notes: Notes | None = None
    links: Links | None = None


REQUIRED = math.inf
FORBIDDEN = -math.inf

START = Evidence(REQUIRED, "start of the document")
PARAGRAPH_END = Evidence(0.7, "paragraph end")
LIST_ITEM_END = Evidence(0.55, "list item end")
ROW_END = Evidence(0.5, "row end")
SHARED_ROW_END = Evidence(0.3, "row end, inside a cell of several rows")
CELL_END = Evidence(0.25, "cell end")
LINE_END = Evidence(0.45, "line end")
SENTENCE_END = Evidence(0.4, "sentence end")
CLAUSE_END = Evidence(0.2, "clause end")
WORD_END = Evidence(0.1, "word end")
INSIDE_WORD = Evidence(0.0, "inside a word longer than the cap")
BELOW_HEADING = Evidence(FORBIDDEN, "between a heading and its text")

BELOW_TABLE_HEADER = Evidence(FORBIDDEN, "between the header of a table and its rows")


def before_heading(level: int) -> Evidence:
    """A new section starts: the higher the heading, the better the cut."""
    return Evidence(1.0 - 0.04 * level, f"before a heading of level {level}" if level else "before a title")
