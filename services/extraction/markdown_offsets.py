"""The events of pulldown-cmark with spans in code points; the parser itself counts bytes of UTF-8."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.span import Span

if TYPE_CHECKING:
    from pyromark.event import Event


def events_of(text: str, start: int) -> Iterator[tuple["Event", Span]]:
    """What the parser finds from `start` on; spans point into the whole text, which has no surrogates."""
    from pyromark import Options, events_with_range  # noqa: PLC0415  only where Markdown is read

    options = Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_STRIKETHROUGH
    source = text[start:]
    found = events_with_range(source, options=options)
    if source.isascii():
        for event, extent in found:
            yield event, Span(start + extent["start"], start + extent["end"])
        return
    points = _Points(source.encode("utf-8"))
    for event, extent in found:
        yield event, Span(start + points.at(extent["start"]), start + points.at(extent["end"]))


class _Points:
    """Code points before a byte: counted once for each step of a coarse grid, then within the step."""

    _STEP = 256

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._before = [0]
        for start in range(0, len(data), self._STEP):
            self._before.append(self._before[-1] + _count(data[start : start + self._STEP]))

    def at(self, byte: int) -> int:
        step = byte // self._STEP
        return self._before[step] + _count(self._data[step * self._STEP : byte])


def _count(piece: bytes) -> int:
    """Bytes that begin a code point: those that do not continue one."""
    return len(piece) - len(piece.translate(None, _BEGINNING))


_BEGINNING = bytes(byte for byte in range(256) if byte & 0xC0 != 0x80)  # noqa: PLR2004  10xxxxxx continues one
