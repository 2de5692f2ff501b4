"""Bytes to text, whatever the encoding."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from models.document import Drop, DropReason
from models.errors import UnsupportedType
from services.extraction.cleaning import UNWANTED, clean

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARK = "\ufeff"
_DECLARED = re.compile(rb"(?:charset|encoding|coding)\s*[:=]\s*[\"']?([A-Za-z][A-Za-z0-9._-]{2,30})")
_DECLARED_WITHIN = 2048
_SAMPLE = 64 * 1024
_NOT_TEXT = "the bytes are no text in any encoding"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Clean text, the encoding it came in, and what was taken out."""

    text: str
    encoding: str
    drops: tuple[Drop, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text in the bytes; UnsupportedType when they are no text in any encoding."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _with_mark(data[len(mark) :], encoding)
    text, encoding = _unmarked(data)
    cleaned = clean(text)
    return Decoded(cleaned.text, encoding, cleaned.drops)


def is_plain(parts: Iterable[bytes]) -> bool:
    """Whether these are UTF-8 from which `decode` would take nothing out; no more than a part is held."""
    try:
        texts = codecs.iterdecode(parts, "utf-8")
        first = next(texts, "")
        return not first.startswith(_MARK) and not any(map(UNWANTED.search, chain([first], texts)))
    except UnicodeDecodeError:
        return False


def _with_mark(data: bytes, encoding: str) -> Decoded:
    cleaned = clean(_tolerant(data, encoding))
    mark = Drop(DropReason.BYTE_ORDER_MARK, f"byte order mark of {encoding}")
    return Decoded(cleaned.text, encoding, (mark, *cleaned.drops))


def _tolerant(data: bytes, encoding: str) -> str:
    """What can be decoded, U+FFFD for the rest; lone surrogates pass, cleaning declares them."""
    try:
        return data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return data.decode(encoding, "replace")


def _unmarked(data: bytes) -> tuple[str, str]:
    wide = _wide_encoding(data)
    if wide is not None:
        return _tolerant(data, wide), wide
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _detected(data)
    if _controls(text) > max(8, 0.3 * len(text)):
        raise UnsupportedType(_NOT_TEXT)
    return text, "utf-8"


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes of Latin letters lie."""
    sample = data[:4096]
    sample = sample[: len(sample) // 4 * 4]
    if len(sample) < 4 or b"\0" not in sample:  # noqa: PLR2004  a UTF-32 code unit
        return None
    quarter = len(sample) / 4
    empty = [sample[i::4].count(0) / quarter > 0.6 for i in range(4)]  # noqa: PLR2004  most, not all
    patterns = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    encoding = patterns.get((empty[0], empty[1], empty[2], empty[3]))
    if encoding is None:
        return None
    text = _tolerant(sample, encoding)
    return encoding if _controls(text) + text.count("�") <= 0.02 * len(text) else None


def _detected(data: bytes) -> tuple[str, str]:
    """As the text declares (HTML, XML, source code), else by statistics on a sample; held by the whole."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  20 ms and only for old encodings

    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    best = from_bytes(data[:_SAMPLE]).best()
    guesses = (declared[1].decode("ascii") if declared else None, best.encoding if best else None)
    for encoding in (*guesses, "cp1252", "latin-1" if best else None):
        if encoding is None:
            continue
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if _controls(text) <= 0.02 * len(text):
            return text, encoding
    if best is None and _mostly_utf8(data):
        return data.decode("utf-8", "replace"), "utf-8"
    raise UnsupportedType(_NOT_TEXT)


def _mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    return text.count("�") + _controls(text) <= 0.02 * len(text)


def _controls(text: str) -> int:
    return sum(map(len, UNWANTED.findall(text)))
