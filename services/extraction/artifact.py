"""A Document as bytes, so that it is never parsed twice: a mark, then zlib over one JSON object.

Words are arrays in base64, little endian: about 26 bytes a word before compression. The same Document
gives the same bytes.
"""

import base64
import json
import sys
import zlib
from array import array
from dataclasses import astuple
from typing import Any

from models import laws
from models.document import Block, BlockKind, Document, Drop, DropReason, Page
from models.errors import KerfError, StorageError
from models.geometry import Box
from models.span import Span
from models.words import Words

MARK = b"kerf-document-1\n"
TYPECODES = "iiHffff"


def dump(document: Document) -> bytes:
    """The whole Document, losslessly."""
    words = document.words
    raw = {
        "text": document.text,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "blocks": [astuple(block) for block in document.blocks],
        "pages": [astuple(page) for page in document.pages],
        "words": [_packed(column) for column in (words.starts, words.ends, words.pages, *words.edges)],
        "drops": [astuple(drop) for drop in document.drops],
        "metadata": dict(document.metadata),
    }
    return MARK + zlib.compress(json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def load(data: bytes) -> Document:
    """Back again, and held against the laws of documents; StorageError when the bytes are damaged."""
    if not data.startswith(MARK):
        raise StorageError("a stored document is not in a format this version reads")
    try:
        document = _document(json.loads(zlib.decompress(data[len(MARK) :])))
        laws.check_document(document)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, zlib.error, KerfError) as error:
        raise StorageError("a stored document is damaged") from error
    return document


def _document(raw: dict[str, Any]) -> Document:
    starts, ends, pages, *edges = (
        _unpacked(typecode, column) for typecode, column in zip(TYPECODES, raw["words"], strict=True)
    )
    x0, y0, x1, y1 = edges
    return Document(
        text=raw["text"],
        media_type=raw["media_type"],
        sha256=raw["sha256"],
        blocks=tuple(_block(*fields) for fields in raw["blocks"]),
        pages=tuple(
            Page(number, width, height, Span(*span), needs_ocr)
            for number, width, height, span, needs_ocr in raw["pages"]
        ),
        words=Words(starts, ends, pages, (x0, y0, x1, y1)),
        drops=tuple(
            Drop(DropReason(reason), text, page, _box(box)) for reason, text, page, box in raw["drops"]
        ),
        metadata=raw["metadata"],
    )


def _block(span: list[int], kind: str, level: int, page: int | None, box: Any, title: str) -> Block:
    return Block(Span(*span), BlockKind(kind), level, page, _box(box), title)


def _box(edges: list[float] | None) -> Box | None:
    return None if edges is None else Box(*edges)


def _packed(column: "array[Any]") -> str:
    return base64.b64encode(_little_endian(column).tobytes()).decode("ascii")


def _unpacked(typecode: str, column: str) -> "array[Any]":
    values: array[Any] = array(typecode)
    values.frombytes(base64.b64decode(column, validate=True))
    return _little_endian(values)


def _little_endian(column: "array[Any]") -> "array[Any]":
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column
