"""What readers are given and what they give back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.apparatus import Apparatus
from models.document import Block, Drop, Page
from models.table import Table
from models.words import Words

Progress = Callable[[int, int], None]
"""Called as `progress(pages_done, pages_total)`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document without its identity: all that a reader can know. Spans point into `text`."""

    text: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    words: Words = field(default_factory=Words)
    drops: tuple[Drop, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    apparatus: Apparatus = field(default_factory=Apparatus)


def ignore(done: int, total: int, /) -> None:
    """The progress callback of those who do not want to know."""
