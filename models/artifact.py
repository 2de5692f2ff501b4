"""Documents as bytes and back: versioned, compressed JSON, words as packed arrays. Lossless."""

import binascii
import json
import zlib
from array import array
from collections.abc import Mapping, Sequence
from operator import index
from typing import Any

from models.apparatus import Apparatus
from models.apparatus_forms import dumped, loaded
from models.document import Block, BlockKind, Document, Drop, DropReason, Page
from models.errors import CorruptDocument, LawViolation
from models.laws import check_document
from models.limits import DEFAULT_LIMITS
from models.packing import box_of, deflated, inflated, packed, text_of, unpacked
from models.span import Span
from models.table import Cell, Table
from models.words import Words

_VERSION = 1
_MARK = b"KERF"
_LEVEL = 6
HEADER_BYTES = len(_MARK) + 1
_MOST = DEFAULT_LIMITS.max_stored_bytes
_CODES = ("i", "i", "H", "f", "f", "f", "f")
_BAD = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError)


def dump(document: Document, *, most: int = _MOST) -> bytes:
    """The document as bytes that `load` reads; equal documents give equal bytes.

    ExpansionLimit when they would unpack to more than `most`.
    """
    form = {
        "text": document.text,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "blocks": [_block_form(block) for block in document.blocks],
        "pages": [[p.number, p.width, p.height, *p.span, p.needs_ocr, p.confidence] for p in document.pages],
        "words": [packed(column) for column in _columns(document.words)],
        "drops": [[d.reason.value, d.text, d.page, d.box, d.at] for d in document.drops],
        "metadata": dict(document.metadata),
        "tables": [_table_form(table) for table in document.tables],
        "apparatus": dumped(document.apparatus),
    }
    raw = json.dumps(form, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")
    return _MARK + bytes([_VERSION]) + deflated(raw, _LEVEL, most=most)


def load(data: bytes, *, most: int = _MOST) -> Document:
    """The document in the bytes; CorruptDocument when they are not one that `dump` could have made.

    ExpansionLimit when they unpack to more than `most`.
    """
    if not data.startswith(_MARK) or len(data) <= len(_MARK):
        raise CorruptDocument("This is no stored document.")
    if data[len(_MARK)] != _VERSION:
        raise CorruptDocument(f"Stored documents of version {data[len(_MARK)]} cannot be read.")
    try:
        document = _document(json.loads(inflated(data[HEADER_BYTES:], most=most)))
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
        drops=tuple(_drop(item) for item in form["drops"]),
        metadata={text_of(name): text_of(value) for name, value in form["metadata"].items()},
        tables=tuple(_table(item) for item in form.get("tables", ())),
        apparatus=loaded(form["apparatus"]) if "apparatus" in form else Apparatus(),
    )


def _block_form(block: Block) -> list[Any]:
    form = [*block.span, block.kind.value, block.level, block.page, block.box, block.title]
    return [*form, block.language] if block.language else form


def _block(item: Sequence[Any]) -> Block:
    start, end, kind, level, page, box, title, *more = item
    (language,) = more or ("",)
    place = (_span(start, end), BlockKind(kind), int(level), page, box_of(box))
    return Block(*place, text_of(title), text_of(language))


def _table_form(table: Table) -> list[Any]:
    return [table.spans, table.rows, table.columns, [[*c.span, *c[1:]] for c in table.cells]]


def _table(item: Sequence[Any]) -> Table:
    spans, rows, columns, cells = item
    return Table(
        tuple(_span(*span) for span in spans),
        index(rows),
        index(columns),
        tuple(_cell(cell) for cell in cells),
    )


def _cell(item: Sequence[Any]) -> Cell:
    start, end, row, column, row_span, column_span, is_header, page, box = item
    place = (index(row), index(column), index(row_span), index(column_span))
    return Cell(_span(start, end), *place, bool(is_header), page, box_of(box))


def _drop(item: Sequence[Any]) -> Drop:
    reason, text, page, box, *at = item  # none in documents stored before hyphens were joined
    return Drop(
        DropReason(reason), text_of(text), page, box_of(box), *(None if n is None else index(n) for n in at)
    )


def _page(item: Sequence[Any]) -> Page:
    number, width, height, start, end, needs_ocr, *sure = item  # none in documents stored before OCR
    confidence = None if not sure or sure[0] is None else float(sure[0])
    return Page(int(number), float(width), float(height), _span(start, end), bool(needs_ocr), confidence)


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
