"""Pieces of a text that comes in parts: what is tokenized together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

PIECE = 1 << 15
"""Code points of a piece at most."""


class Piece(NamedTuple):
    """A stretch of the text that begins and ends with something else than white space."""

    first: int
    """Its place in the text."""
    text: str
    following: int
    """First code point of the next piece; -1 when there is none."""
    broken: bool
    """Whether a line ends between the two."""


def pieces_of(parts: Iterable[str]) -> Iterator[Piece]:
    """Cut at white space, or within a word that is longer than a piece; the same whatever the parts are."""
    source = _Source(parts)
    source.skip_blanks()
    while source.held:
        first, text = source.first, source.take()
        broken = source.skip_blanks()
        yield Piece(first, text, source.first if source.held else -1, broken)


class _Source:
    """What has been read of the text and not been given away."""

    def __init__(self, parts: Iterable[str]) -> None:
        self._parts = (part[at : at + PIECE] for part in parts for at in range(0, len(part), PIECE))
        self.held = ""
        self.first = 0

    def skip_blanks(self) -> bool:
        """Goes on to what is not white space; whether a line ended before it."""
        broken = False
        while True:
            left = self.held.lstrip()
            skipped = self.held[: len(self.held) - len(left)]
            broken = broken or "\n" in skipped or "\r" in skipped
            self.first += len(skipped)
            self.held = left
            if left or not self._read(1):
                return broken

    def take(self) -> str:
        """The next piece, without the white space after it."""
        self._read(PIECE + 1)
        piece = self.held[:PIECE]
        if self.held[PIECE : PIECE + 1].strip():  # within a word
            piece = piece.rsplit(maxsplit=1)[0]
        piece = piece.rstrip()
        self.held = self.held[len(piece) :]
        self.first += len(piece)
        return piece

    def _read(self, wanted: int) -> bool:
        """Holds so many code points, or all that are left; whether there are any."""
        read, size = [self.held], len(self.held)
        while size < wanted and (part := next(self._parts, None)) is not None:
            read.append(part)
            size += len(part)
        self.held = "".join(read)
        return size > 0
