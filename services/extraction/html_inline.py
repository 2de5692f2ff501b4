"""The text between two edges of blocks, with white space as browsers show it and the links in it."""

import re

from services.extraction.inline import Inline, Reach

_SPACE = re.compile(r"[ \t\r\n\f]+")


class Gathering:
    """Gathers the text of one block after the other; a link may go on from one to the next."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._last = ""
        self._reaches: list[Reach] = []
        self._uri = ""
        self._since = 0

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    def put(self, text: str, *, is_kept: bool = False) -> None:
        """Text of an element; `is_kept`: all its white space counts."""
        if not is_kept:
            text = _SPACE.sub(" ", text)
            if self._last in ("", " ", "\n"):
                text = text.removeprefix(" ")
        self._add(text)

    def line(self) -> None:
        """A line ends here."""
        if self._last == " ":
            self._parts[-1] = self._parts[-1][:-1]
            self._length -= 1
        self._add("\n")

    def begin(self, uri: str) -> None:
        """Here begins what leads to the address; the link before it ends."""
        self.end()
        self._uri, self._since = uri, self._length

    def end(self) -> None:
        """Here it ends."""
        if self._uri and self._since < self._length:
            self._reaches.append(Reach(self._since, self._length, self._uri))
        self._uri = ""

    def take(self) -> Inline:
        """What was gathered, and begin anew."""
        uri = self._uri
        self.end()
        found = Inline("".join(self._parts), tuple(self._reaches))
        self._parts, self._length, self._last, self._reaches = [], 0, "", []
        self._uri, self._since = uri, 0
        return found

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)
            self._last = text[-1]
