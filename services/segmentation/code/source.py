"""One text as parsers see it: UTF-8 bytes, with the way back to code points and lines."""

import re
from itertools import accumulate

BLOCK = 1024
BLANKS = b" \t"
LINE_END = re.compile(r"\r\n|\r|\n")
CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes that begin no code point."""


class Source:
    """A text and its bytes. Lone surrogates, which no extracted text has, keep their three bytes.

    `first` is where the first byte stands that is not white space.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode("utf-8", "surrogatepass")
        self.first = len(self.data) - len(self.data.lstrip())
        self._ascii = len(self.data) == len(text)
        self._before = [] if self._ascii else _counted(self.data)

    def point(self, byte: int) -> int:
        """The code point that begins at, or holds, the byte: O(1)."""
        if self._ascii:
            return byte
        block = byte // BLOCK
        return self._before[block] + _code_points(self.data[block * BLOCK : byte])

    def line_start(self, byte: int, floor: int) -> int:
        """Where the byte's line begins if only blanks stand between, not before `floor`; else the byte."""
        start = floor + len(self.data[floor:byte].rstrip(BLANKS))
        return start if self.begins_line(start) else byte

    def begins_line(self, byte: int) -> bool:
        """Whether a line begins here."""
        return byte == 0 or self.data[byte - 1] in b"\r\n"

    def is_first_in_line(self, byte: int) -> bool:
        """Whether only blanks stand between the begin of the line and the byte."""
        while byte > 0 and self.data[byte - 1] in BLANKS:
            byte -= 1
        return self.begins_line(byte)


def _counted(data: bytes) -> list[int]:
    """Code points that begin before each block."""
    counts = [0]
    for start in range(0, len(data), BLOCK):
        counts.append(counts[-1] + _code_points(data[start : start + BLOCK]))
    return counts


def _code_points(data: bytes) -> int:
    return len(data.translate(None, CONTINUATION))


class Lines:
    """Line numbers of a text; ends: LF, CR, CRLF. Asked in order, all cost one pass over it."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", " \n").replace("\r", "\n")
        self._last = self._start = 0
        self._number = 1

    def number(self, offset: int) -> int:
        """The line that holds the code point, from 1."""
        self._go(offset)
        return self._number

    def place(self, offset: int) -> list[int]:
        """Its line, and how many code points of the line stand before it, from 0."""
        self._go(offset)
        return [self._number, offset - self._start]

    def _go(self, offset: int) -> None:
        if offset >= self._last:
            passed = self._text.count("\n", self._last, offset)
        else:
            passed = -self._text.count("\n", offset, self._last)
        if passed:
            self._number += passed
            self._start = self._text.rfind("\n", 0, offset) + 1
        self._last = offset


def line_starts(text: str) -> list[int]:
    """Offsets at which lines begin; the first is 0."""
    if "\r" not in text:
        return list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))
    return [0, *(match.end() for match in LINE_END.finditer(text))]
