"""What readers are given and what they give back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.document import Block, Drop, Page
from models.words import Words

Progress = Callable[[int, int], None]
"""Called as `progress(pages_done, pages_total)`."""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Where reading stops with a typed error instead of eating the machine.

    `max_expanded_bytes` bounds what an archive unpacks to, `max_depth` the nesting of markup.
    """

    max_pages: int = 10_000
    max_expanded_bytes: int = 512 * 1024 * 1024
    max_depth: int = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """A document without its identity: all that a reader can know. Spans point into `text`."""

    text: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    words: Words = field(default_factory=Words)
    drops: tuple[Drop, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


DEFAULT_LIMITS = ReadLimits()


def ignore(done: int, total: int, /) -> None:
    """The progress callback of those who do not want to know."""
