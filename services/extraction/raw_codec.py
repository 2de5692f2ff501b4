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
from models.limits import DEFAULT_LIMITS
from models.packing import box_of, deflated, inflated, packed, text_of, unpacked
from services.extraction.raw import RawLine, RawLink, RawPage, RawWord, Region, Run, Style

T = TypeVar("T")

READER = 4
"""Raised whenever the reader may see something else in the same page."""

_HEADER = struct.Struct(">4sBQ")
HEADER_BYTES = _HEADER.size
_MOST = DEFAULT_LIMITS.max_stored_bytes
_MARK = b"KRAW"
_VERSION = 5
_LEVEL = 3
_EXACT, _SHORT = "d", "f"
_EDGES = 4
_BAD = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError)


def profile() -> str:
    """What decides how a page is read, beside its bytes: pages of different profiles are not mixed."""
    return f"raw-{READER}.{_VERSION}/pymupdf-{version('pymupdf')}"


def dump_pages(pages: Sequence[RawPage], *, most: int = _MOST) -> bytes:
    """One part; equal pages give equal bytes. ExpansionLimit when it would unpack to more than `most`."""
    lines = [line for page in pages for line in page.lines]
    words = [word for line in lines for word in line.words]
    form = {
        "pages": [_page_form(page) for page in pages],
        "lines": [_line_form(line) for line in lines],
        "line_boxes": _packed([line.box for line in lines]),
        "words": [word.text for word in words],
        "word_boxes": _packed([word.box for word in words]),
    }
    raw = json.dumps(form, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    part = deflated(raw, _LEVEL, most=most)
    return _HEADER.pack(_MARK, _VERSION, len(part)) + part


def load_pages(data: bytes, *, most: int = _MOST) -> tuple[RawPage, ...]:
    """The pages of all parts in the bytes; StorageError unless `dump_pages` could have made them.

    ExpansionLimit when one of the parts unpacks to more than `most`.
    """
    try:
        return tuple(page for part in _parts(data, most) for page in _pages(json.loads(part)))
    except (*_BAD, zlib.error, binascii.Error, struct.error) as error:
        raise StorageError(f"A kept page range is damaged: {error}") from error


def _parts(data: bytes, most: int) -> Iterator[str]:
    position = 0
    while position < len(data):
        mark, number, size = _HEADER.unpack_from(data, position)
        position += _HEADER.size
        if (mark, number) != (_MARK, _VERSION) or position + size > len(data):
            raise ValueError("no part of this version, or cut off")
        part = memoryview(data)[position : position + size]
        yield inflated(part, most=most).decode("utf-8", "surrogatepass")
        position += size


def _page_form(page: RawPage) -> list[Any]:
    drops = [[drop.reason.value, drop.text, drop.page, drop.box] for drop in page.drops]
    is_seen = page.confidence is not None or page.regions is not None
    seen = [page.confidence, page.tilt, page.regions] if is_seen else []
    flags = [page.drawn, page.failed]
    marks = [page.links, page.figures, page.rules]
    return [page.number, page.width, page.height, *flags, drops, len(page.lines), marks, *seen]


def _line_form(line: RawLine) -> list[Any]:
    runs = [[letters, *style, *shifts] for letters, style, *shifts in line.runs]
    rest = [runs, line.role] if line.role else [runs] if runs else []
    return [len(line.words), *line.style, line.turn, *rest]


def _pages(form: Mapping[str, Any]) -> Iterator[RawPage]:
    same: dict[str, str] = {}  # a word that comes again is the same object, not a copy
    texts = (same.setdefault(text, text) for text in map(text_of, form["words"]))
    words = zip(texts, _boxes(form["word_boxes"]), strict=True)
    lines = _lines(form["lines"], _boxes(form["line_boxes"]), map(RawWord._make, words))
    for number, width, height, drawn, failed, drops, count, marks, *seen in form["pages"]:
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
            *(_seen(*seen) if seen else (None, 0.0, None)),
            *_marks(*marks),
        )
    if next(lines, None) is not None:
        raise ValueError("lines that belong to no page")


def _seen(
    confidence: float | None, tilt: float, regions: Sequence[Any] | None
) -> tuple[float | None, float, tuple[Region, ...] | None]:
    """What was read from a page's picture."""
    sure = None if confidence is None else float(confidence)
    if regions is None:
        return sure, float(tilt), None
    found = (Region(text_of(label), Box(*map(float, box)), float(score)) for label, box, score in regions)
    return sure, float(tilt), tuple(found)


def _marks(
    links: Sequence[Any], figures: Sequence[Any], rules: Sequence[Any]
) -> tuple[tuple[RawLink, ...], tuple[Box, ...], tuple[Box, ...]]:
    found = (
        RawLink(_box(box), text_of(uri), None if page is None else _count(page)) for box, uri, page in links
    )
    return tuple(found), tuple(map(_box, figures)), tuple(map(_box, rules))


def _box(edges: Sequence[Any]) -> Box:
    x0, y0, x1, y1 = map(float, edges)
    return Box(x0, y0, x1, y1)


def _lines(
    forms: Iterable[Sequence[Any]], boxes: Iterator[Box], words: Iterator[RawWord]
) -> Iterator[RawLine]:
    for (count, *look, turn, runs, role), box in zip(map(_whole, forms), boxes, strict=True):
        found = tuple(
            Run(_count(letters), _style(look), _flag(raised), _flag(lowered))
            for letters, *look, raised, lowered in runs
        )
        yield RawLine(_taken(words, count), box, _style(look), _count(turn), found, text_of(role))
    if next(words, None) is not None:
        raise ValueError("words that belong to no line")


def _whole(form: Sequence[Any]) -> Sequence[Any]:
    """With its runs and its role, empty where they were left out."""
    if isinstance(form[-1], str):
        return form
    return [*form, ""] if isinstance(form[-1], list) else [*form, [], ""]


def _style(form: Sequence[Any]) -> Style:
    size, *traits = form
    return Style(float(size), *map(_flag, traits))


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
