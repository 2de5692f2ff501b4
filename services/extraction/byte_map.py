"""Where in the file the code points of a text stand, even where bytes were dropped or not understood."""

import codecs
from collections.abc import Iterator

from services.extraction.cleaning import UNWANTED

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNREADABLE = "�"


def byte_map(data: bytes, text: str, encoding: str) -> dict[str, str]:
    """`encoding`, `byte_mark` (bytes before the text) and `byte_shifts`, as a document's metadata has them.

    A shift `p:n` says: from code point p on, everything stands n bytes further than its encoded length says.
    Nothing where the encoding does not give the file's bytes back.
    """
    mark = next((len(mark) for mark in _MARKS if data.startswith(mark)), 0)
    body = data[mark:]
    facts = {"encoding": encoding, "byte_mark": str(mark)}
    try:
        if text.encode(encoding) == body:
            return facts
        shifts = list(_shifts(body, encoding))
        whole = len(text.encode(encoding)) + sum(shift for _, shift in shifts)
    except (UnicodeError, LookupError):
        return {}
    return facts | {"byte_shifts": " ".join(f"{at}:{by}" for at, by in shifts)} if whole == len(body) else {}


def _shifts(data: bytes, encoding: str) -> Iterator[tuple[int, int]]:
    """Code points of the clean text, and how many bytes more than encoding them gives were passed there."""
    at, position = 0, 0
    for start, end in (*_unreadable(data, encoding), (len(data), len(data))):
        raw = data[position:start].decode(encoding, "surrogatepass")
        done = 0
        for unwanted in UNWANTED.finditer(raw):
            at += unwanted.start() - done
            done = unwanted.end()
            yield at, len(unwanted[0].encode(encoding, "surrogatepass"))
        at += len(raw) - done
        if start < end:
            at += 1
            yield at, end - start - len(_UNREADABLE.encode(encoding))
        position = end


def _unreadable(data: bytes, encoding: str) -> list[tuple[int, int]]:
    """The bytes for which decoding gave a replacement character."""
    found: list[tuple[int, int]] = []

    def note(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - nothing is encoded here
        found.append((error.start, error.end))
        return _UNREADABLE, error.end

    try:
        data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        codecs.register_error("kerf.unreadable", note)
        data.decode(encoding, "kerf.unreadable")
    return found
