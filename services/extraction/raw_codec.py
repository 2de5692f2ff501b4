"""Raw pages as bytes and back, without loss: what is kept of a page range until the document is whole.

A part is a mark, a version, the length of what follows, and zlib over JSON with boxes as packed arrays.
Parts may stand one after the other: a stream of them is read as the pages of all.
"""

import binascii
import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import islice
from math import nan
from typing import Any, TypeVar

from models.document import Drop, DropReason
from models.errors import StorageError
from models.geometry import Box
from models.packing import box_of, inflated, packed, text_of, unpacked
from services.extraction.raw import RawLine, RawPage, RawWord, Style

T = TypeVar("T")

READER = 1
"""Raised whenever the reader may see something else in the same page."""

_HEADER = struct.Struct(">4sBQ")
_MARK = b"KRAW"
_VERSION = 1
_LEVEL = 3
_EXACT, _SHORT = "d", "f"
_EDGES = 4
_BAD = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError)


def profile() -> str:
    """What decides how a page is read, beside its bytes: pages of different profiles are not mixed."""
    return f"raw-{READER}.{_VERSION}/pymupdf-{version('pymupdf')}"


def dump_pages(pages: Sequence[RawPage]) -> bytes:
    """One part; equal pages give equal bytes."""
    lines = [line for page in pages for line in page.lines]
    words = [word for line in lines for word in line.words]
    form = {
        "pages": [_page_form(page) for page in pages],
        "lines": [[len(line.words), *line.style, line.turn] for line in lines],
        "line_boxes": _packed([line.box for line in lines]),
        "words": [word.text for word in words],
        "word_boxes": _packed([word.box for word in words]),
    }
    raw = json.dumps(form, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    part = zlib.compress(raw, _LEVEL)
    return _HEADER.pack(_MARK, _VERSION, len(part)) + part


def load_pages(data: bytes) -> tuple[RawPage, ...]:
    """The pages of all parts in the bytes; StorageError unless `dump_pages` could have made them."""
    try:
        return tuple(page for part in _parts(data) for page in _pages(json.loads(part)))
    except (*_BAD, zlib.error, binascii.Error, struct.error) as error:
        raise StorageError(f"A kept page range is damaged: {error}") from error


def _parts(data: bytes) -> Iterator[str]:
    position = 0
    while position < len(data):
        mark, number, size = _HEADER.unpack_from(data, position)
        position += _HEADER.size
        if (mark, number) != (_MARK, _VERSION) or position + size > len(data):
            raise ValueError("no part of this version, or cut off")
        yield inflated(memoryview(data)[position : position + size]).decode("utf-8", "surrogatepass")
        position += size


def _page_form(page: RawPage) -> list[Any]:
    drops = [[drop.reason.value, drop.text, drop.page, drop.box] for drop in page.drops]
    return [page.number, page.width, page.height, page.drawn, page.failed, drops, len(page.lines)]


def _pages(form: Mapping[str, Any]) -> Iterator[RawPage]:
    same: dict[str, str] = {}  # a word that comes again is the same object, not a copy
    texts = (same.setdefault(text, text) for text in map(text_of, form["words"]))
    words = zip(texts, _boxes(form["word_boxes"]), strict=True)
    lines = _lines(form["lines"], _boxes(form["line_boxes"]), map(RawWord._make, words))
    for number, width, height, drawn, failed, drops, count in form["pages"]:
        yield RawPage(
            _count(number),
            float(width),
            float(height),
            _taken(lines, count),
            _flag(drawn),
            _flag(failed),
            tuple(
                Drop(DropReason(reason), text_of(text), page, box_of(box))
                for reason, text, page, box in drops
            ),
        )
    if next(lines, None) is not None:
        raise ValueError("lines that belong to no page")


def _lines(
    forms: Iterable[Sequence[Any]], boxes: Iterator[Box], words: Iterator[RawWord]
) -> Iterator[RawLine]:
    for (count, size, bold, italic, turn), box in zip(forms, boxes, strict=True):
        style = Style(float(size), _flag(bold), _flag(italic))
        yield RawLine(_taken(words, count), box, style, _count(turn))
    if next(words, None) is not None:
        raise ValueError("words that belong to no line")


def _taken(items: Iterator[T], count: object) -> tuple[T, ...]:
    """The next so many; ValueError when there are fewer."""
    wanted = _count(count)
    taken = tuple(islice(items, wanted))
    if len(taken) != wanted:
        raise ValueError("fewer lines or words than announced")
    return taken


def _packed(boxes: Sequence[Box]) -> list[str]:
    """The columns of edges, in half the room where single precision, in which MuPDF counts, is exact."""
    columns = zip(*boxes, strict=True) if boxes else ((),) * _EDGES
    return [_column(column) for column in columns]


def _column(values: Sequence[float]) -> str:
    exact = array(_EXACT, values)
    try:
        short = array(_SHORT, values)
    except OverflowError:
        short = array(_SHORT)
    kept = short if short.tolist() == exact.tolist() else exact
    return kept.typecode + packed(kept)


def _boxes(columns: Sequence[str]) -> Iterator[Box]:
    x0, y0, x1, y1 = (_edges(column) for column in columns)
    return (Box(*edges) for edges in zip(x0, _shared(y0), x1, _shared(y1), strict=True))


def _shared(values: Iterable[float]) -> Iterator[float]:
    """The same numbers; equal neighbours, as the upper edges along a line are, take the room of one."""
    last = nan
    for value in values:
        if value != last or not value:  # zero has two signs
            last = value
        yield last


def _edges(column: str) -> "array[float]":
    if column[:1] not in (_EXACT, _SHORT):
        raise ValueError("a column of unknown type")
    return unpacked(column[0], column[1:])


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false expected")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a count expected")
    return value
