"""Bytes and code points of RTF gathered to text, in the encodings of its fonts."""

_HIGH, _LOW, _AFTER = 0xD800, 0xDC00, 0xE000


class Text:
    """One run of text after the other; bytes wait until all of a character is there."""

    def __init__(self) -> None:
        self.skip = 0
        self._bytes = bytearray()
        self._encoding = "cp1252"
        self._high = 0
        self._parts: list[str] = []

    def put_bytes(self, data: bytes, encoding: str) -> None:
        """Characters of that encoding, without those that only stand for a code point given before."""
        left = data[self.skip :]
        self.skip = max(self.skip - len(data), 0)
        if encoding != self._encoding:
            self._decode()
            self._encoding = encoding
        self._bytes += left

    def put_code(self, number: int, skip: int) -> None:
        """A UTF-16 code unit, and how many characters after it stand for it in older readers."""
        self._decode()
        unit, self.skip = number & 0xFFFF, skip
        if _HIGH <= unit < _LOW:
            self._high = unit
        elif _LOW <= unit < _AFTER:
            if self._high:
                self._parts.append(chr(0x10000 + ((self._high - _HIGH) << 10) + unit - _LOW))
            self._high = 0
        else:
            self._parts.append(chr(unit))

    def put(self, text: str) -> None:
        """Text as it is, unless it stands for a code point."""
        if self.skip:
            self.skip -= 1
            return
        self._decode()
        self._parts.append(text)

    def take(self) -> str:
        """All that was gathered."""
        self._decode()
        text = "".join(self._parts)
        self._parts.clear()
        return text

    def _decode(self) -> None:
        if self._bytes:
            self._parts.append(self._bytes.decode(self._encoding, "replace"))
            self._bytes.clear()
