"""Where a text's code points stand in the file that it was read from."""

from bisect import bisect_right
from itertools import accumulate

from models.document import Document


class FileBytes:
    """Byte offsets in the file. Asked in order of the text, all together cost one pass over it."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._encoding = document.metadata["encoding"]
        self._mark = int(document.metadata["byte_mark"])
        pairs = [pair.split(":") for pair in document.metadata.get("byte_shifts", "").split()]
        self._places = [int(place) for place, _ in pairs]
        self._sums = [0, *accumulate(int(shift) for _, shift in pairs)]
        self._last = (0, 0)

    def at(self, offset: int) -> int:
        """The byte at which the code point begins; the file's first byte for the first code point.

        What was dropped before a code point belongs to the one before it, or to the first.
        """
        if offset == 0:
            return 0
        last, encoded = self._last
        step = len(self._text[min(last, offset) : max(last, offset)].encode(self._encoding))
        encoded += step if offset > last else -step
        self._last = (offset, encoded)
        return self._mark + encoded + self._sums[bisect_right(self._places, offset)]


def file_bytes(document: Document) -> FileBytes | None:
    """None where the document does not say how it was encoded."""
    return FileBytes(document) if "byte_mark" in document.metadata else None
