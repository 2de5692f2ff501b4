"""Text of markup with the places in it that lead elsewhere; they move as white space goes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.extraction.cleaning import UNWANTED

_WORD = re.compile(r"\S+")
_LONGEST_ADDRESS = 2048


class Reach(NamedTuple):
    """From `start` to `end` of a text: leads to the address, or to the note of that name."""

    start: int
    end: int
    uri: str = ""
    note: str = ""


class Inline(NamedTuple):
    """A text, and what in it leads elsewhere."""

    text: str
    reaches: tuple[Reach, ...] = ()

    def after(self, prefix: str) -> "Inline":
        """With the prefix in front."""
        return Inline(prefix + self.text, shifted(self.reaches, len(prefix))) if prefix else self

    def collapsed(self) -> "Inline":
        """One space for all white space, none at the ends."""
        if not self.reaches:
            return Inline(" ".join(self.text.split()))
        return self._kept([match.span() for match in _WORD.finditer(self.text)], " ")

    def stripped(self, chars: str | None = None) -> "Inline":
        """Without these characters (white space) at its ends."""
        bare = self.text.strip(chars)
        start = len(self.text) - len(self.text.lstrip(chars))
        return self._kept([(start, start + len(bare))], "") if self.reaches else Inline(bare)

    def cleaned(self) -> "Inline":
        """Without control characters."""
        if not UNWANTED.search(self.text):
            return self
        ends = [match.span() for match in UNWANTED.finditer(self.text)]
        starts = [0, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(self.text)]
        return self._kept([span for span in zip(starts, stops, strict=True) if span[0] < span[1]], "")

    def _kept(self, spans: Sequence[tuple[int, int]], between: str) -> "Inline":
        """What the spans hold, in order, with the same between all of them."""
        places, position = [], 0
        for start, end in spans:
            places.append(position)
            position += end - start + len(between)
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        moved = []
        for reach in self.reaches:
            first, last = bisect_right(ends, reach.start), bisect_left(starts, reach.end) - 1
            if first > last:
                continue  # nothing of it is left
            start = places[first] + max(reach.start - starts[first], 0)
            end = places[last] + min(reach.end, ends[last]) - starts[last]
            moved.append(reach._replace(start=start, end=end))
        return Inline(between.join(self.text[start:end] for start, end in spans), tuple(moved))


def joined(parts: Iterable[Inline], separator: str) -> Inline:
    """All of them with the separator between."""
    texts: list[str] = []
    reaches: list[Reach] = []
    position = 0
    for part in parts:
        if texts:
            position += len(separator)
        reaches += shifted(part.reaches, position)
        texts.append(part.text)
        position += len(part.text)
    return Inline(separator.join(texts), tuple(reaches))


def address(written: str) -> str:
    """The address as it stands; nothing for one that carries what it leads to, or a program, in itself."""
    bare = " ".join(UNWANTED.sub("", written[: 2 * _LONGEST_ADDRESS]).split())
    scheme = bare.partition(":")[0].lower()
    return "" if scheme in ("javascript", "data", "vbscript") else bare[:_LONGEST_ADDRESS]


def shifted(reaches: Iterable[Reach], by: int) -> tuple[Reach, ...]:
    """The same places, so many characters further on."""
    return tuple(reach._replace(start=reach.start + by, end=reach.end + by) for reach in reaches)
