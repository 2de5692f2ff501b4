"""What one document may take: the only place where limits live. Shown by the API, kept by the readers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

MEGABYTE = 1 << 20
LEAST_MEMORY_MB = 512
"""With less nothing can be read at all: a warmed parser alone takes some 320 MiB of address space."""

LARGEST_PAPER = 14_400.0
"""Points: the longest side that the PDF standard allows without user units."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where reading stops with a typed error instead of eating the machine.

    `max_page_area` is in square points; `max_pixels` is width times height of one image, checked before it is
    decoded, or of one page as it is drawn; `max_characters` counts the text that is read; what an archive
    unpacks to is bounded in bytes, entries and times its packed size, and one of documents lists `max_listed`
    entries, of which `max_members` are documents; `max_depth` is the nesting of markup. One call brings up to
    `max_batch_files` files, of `max_batch_bytes` together.
    Memory is address space of the process that reads, the deadline is wall-clock seconds.
    """

    max_bytes: int = 1024 * MEGABYTE
    max_pages: int = 10_000
    max_page_area: float = LARGEST_PAPER**2
    max_pixels: int = 100_000_000
    max_characters: int = 50_000_000
    max_expanded_bytes: int = 512 * MEGABYTE
    max_entries: int = 10_000
    max_ratio: int = 100
    max_listed: int = 100_000
    max_members: int = 5_000
    max_depth: int = 200
    max_batch_files: int = 1000
    max_batch_bytes: int = 1024 * MEGABYTE
    memory_mb: int = 1024
    deadline_seconds: float = 600.0

    @property
    def max_stored_bytes(self) -> int:
        """Of a parsed document before it is compressed: to write it takes some four times that in memory."""
        return self.memory_mb * MEGABYTE // 4

    def lowered(self, to: Mapping[str, float]) -> "Limits":
        """These limits, or the named ones where they are smaller: nothing is ever raised."""
        own = asdict(self).items()
        return Limits(**{name: min(most, type(most)(to.get(name, most))) for name, most in own})


DEFAULT_LIMITS = Limits()
