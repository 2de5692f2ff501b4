"""Documents as bytes and back: versioned, compressed JSON, words as packed arrays. Lossless."""

import base64
import binascii
import json
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from operator import index
from typing import Any

from models.document import Block, BlockKind, Document, Drop, DropReason, Page
from models.errors import CorruptDocument, LawViolation
from models.geometry import Box
from models.laws import check_document
from models.span import Span
from models.words import Words

_VERSION = 1
_MARK = b"KERF"
_LEVEL = 6
_MOST = 2 * 1024**3
_CODES = ("i", "i", "H", "f", "f", "f", "f")
_BAD = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError)


def dump(document: Document) -> bytes:
    """The document as bytes that `load` reads; equal documents give equal bytes."""
    form = {
        "text": document.text,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "blocks": [_block_form(block) for block in document.blocks],
        "pages": [[p.number, p.width, p.height, *p.span, p.needs_ocr] for p in document.pages],
        "words": [_packed(column) for column in _columns(document.words)],
        "drops": [[d.reason.value, d.text, d.page, d.box] for d in document.drops],
        "metadata": dict(document.metadata),
    }
    raw = json.dumps(form, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")
    return _MARK + bytes([_VERSION]) + zlib.compress(raw, _LEVEL)


def load(data: bytes) -> Document:
    """The document in the bytes; CorruptDocument when they are not one that `dump` could have made."""
    if not data.startswith(_MARK) or len(data) <= len(_MARK):
        raise CorruptDocument("This is no stored document.")
    if data[len(_MARK)] != _VERSION:
        raise CorruptDocument(f"Stored documents of version {data[len(_MARK)]} cannot be read.")
    try:
        document = _document(json.loads(_unpacked(data[len(_MARK) + 1 :])))
        check_document(document)
    except (*_BAD, zlib.error, binascii.Error, LawViolation) as error:
        raise CorruptDocument(f"The stored document is damaged: {error}") from error
    return document


def _unpacked(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    raw = stream.decompress(data, _MOST)
    if not stream.eof or stream.unused_data:
        raise ValueError("the compressed part is cut off, too large, or followed by something")
    return raw


def _document(form: Mapping[str, Any]) -> Document:
    return Document(
        text=_text(form["text"]),
        media_type=_text(form["media_type"]),
        sha256=_text(form["sha256"]),
        blocks=tuple(_block(item) for item in form["blocks"]),
        pages=tuple(_page(item) for item in form["pages"]),
        words=_words(form["words"]),
        drops=tuple(Drop(DropReason(r), _text(t), page, _box(box)) for r, t, page, box in form["drops"]),
        metadata={_text(name): _text(value) for name, value in form["metadata"].items()},
    )


def _block_form(block: Block) -> list[Any]:
    return [*block.span, block.kind.value, block.level, block.page, block.box, block.title]


def _block(item: Sequence[Any]) -> Block:
    start, end, kind, level, page, box, title = item
    return Block(_span(start, end), BlockKind(kind), int(level), page, _box(box), _text(title))


def _page(item: Sequence[Any]) -> Page:
    number, width, height, start, end, needs_ocr = item
    return Page(int(number), float(width), float(height), _span(start, end), bool(needs_ocr))


def _span(start: int, end: int) -> Span:
    return Span(index(start), index(end))


def _box(edges: Sequence[float] | None) -> Box | None:
    return None if edges is None else Box(*map(float, edges))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _columns(words: Words) -> "tuple[array[Any], ...]":
    return (words.starts, words.ends, words.pages, *words.edges)


def _packed(column: "array[Any]") -> str:
    return base64.b64encode(_little_endian(column).tobytes()).decode("ascii")


def _words(columns: Sequence[str]) -> Words:
    arrays = []
    for code, column in zip(_CODES, columns, strict=True):
        values: array[Any] = array(code)
        values.frombytes(base64.b64decode(column, validate=True))
        arrays.append(_little_endian(values))
    if len({len(values) for values in arrays}) != 1:
        raise ValueError("columns of words differ in length")
    starts, ends, pages, x0, y0, x1, y1 = arrays
    return Words(starts, ends, pages, (x0, y0, x1, y1))


def _little_endian(column: "array[Any]") -> "array[Any]":
    if sys.byteorder == "little":
        return column
    swapped = column[:]
    swapped.byteswap()
    return swapped
