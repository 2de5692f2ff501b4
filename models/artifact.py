"""Documents as bytes and back: versioned, compressed JSON, words as packed arrays. Lossless."""

import binascii
import json
import zlib
from array import array
from collections.abc import Mapping, Sequence
from operator import index
from typing import Any

from models.document import Block, BlockKind, Document, Drop, DropReason, Page
from models.errors import CorruptDocument, LawViolation
from models.laws import check_document
from models.packing import box_of, inflated, packed, text_of, unpacked
from models.span import Span
from models.words import Words

_VERSION = 1
_MARK = b"KERF"
_LEVEL = 6
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
        "words": [packed(column) for column in _columns(document.words)],
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
        document = _document(json.loads(inflated(data[len(_MARK) + 1 :])))
        check_document(document)
    except (*_BAD, zlib.error, binascii.Error, LawViolation) as error:
        raise CorruptDocument(f"The stored document is damaged: {error}") from error
    return document


def _document(form: Mapping[str, Any]) -> Document:
    return Document(
        text=text_of(form["text"]),
        media_type=text_of(form["media_type"]),
        sha256=text_of(form["sha256"]),
        blocks=tuple(_block(item) for item in form["blocks"]),
        pages=tuple(_page(item) for item in form["pages"]),
        words=_words(form["words"]),
        drops=tuple(Drop(DropReason(r), text_of(t), page, box_of(box)) for r, t, page, box in form["drops"]),
        metadata={text_of(name): text_of(value) for name, value in form["metadata"].items()},
    )


def _block_form(block: Block) -> list[Any]:
    return [*block.span, block.kind.value, block.level, block.page, block.box, block.title]


def _block(item: Sequence[Any]) -> Block:
    start, end, kind, level, page, box, title = item
    return Block(_span(start, end), BlockKind(kind), int(level), page, box_of(box), text_of(title))


def _page(item: Sequence[Any]) -> Page:
    number, width, height, start, end, needs_ocr = item
    return Page(int(number), float(width), float(height), _span(start, end), bool(needs_ocr))


def _span(start: int, end: int) -> Span:
    return Span(index(start), index(end))


def _columns(words: Words) -> "tuple[array[Any], ...]":
    return (words.starts, words.ends, words.pages, *words.edges)


def _words(columns: Sequence[str]) -> Words:
    arrays = [unpacked(code, column) for code, column in zip(_CODES, columns, strict=True)]
    if len({len(values) for values in arrays}) != 1:
        raise ValueError("columns of words differ in length")
    starts, ends, pages, x0, y0, x1, y1 = arrays
    return Words(starts, ends, pages, (x0, y0, x1, y1))
