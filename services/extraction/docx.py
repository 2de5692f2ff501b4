"""DOCX through python-docx: body in document order, footnotes after it, headers and footers declared."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from models.document import BlockKind, Drop, DropReason
from models.errors import CorruptDocument, KerfError, MemoryLimit, NestingLimit
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.archive import check_archive
from services.extraction.cleaning import clean_line
from services.extraction.docx_styles import StyleLook, style_looks
from services.extraction.docx_text import W, blocks_of, own_property, paragraph_text, table_rows
from services.extraction.pieces import Piece, put_together, table_text
from services.extraction.values import Reading

_NOTES = ("footnotes", "endnotes")
_EDGES = {"header": DropReason.RUNNING_HEADER, "footer": DropReason.RUNNING_FOOTER}
_PLAIN_LOOK = StyleLook()
_DEEPEST = 6


def read_docx(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Paragraphs, headings by outline level, lists, tables.

    The errors of `check_archive`, CorruptDocument, NestingLimit.
    """
    check_archive(data, limits)
    from docx import Document  # noqa: PLC0415  0.2 s, and only where a DOCX is read

    with _typed_errors():
        return _reading(Document(BytesIO(data)), limits)


def _reading(document: Any, limits: Limits) -> Reading:
    body = document.part.element.find(W + "body")
    if body is None:
        raise CorruptDocument("The DOCX has no body.")
    looks = _looks(document.part)
    pieces = list(_pieces(body, looks, limits.max_depth))
    parts = list(_related(document.part))
    for kind, root in parts:
        if kind in _NOTES:
            pieces.extend(_notes(root))
    drops = [drop for kind, root in parts if kind in _EDGES for drop in _edge(kind, root)]
    return put_together(pieces, drops, _metadata(document))


def _looks(part: Any) -> dict[str, StyleLook]:
    """Of the document's own styles; python-docx would read a template for one that has none."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415  the same

    try:
        return style_looks(part.part_related_by(RELATIONSHIP_TYPE.STYLES).element)
    except KeyError:
        return {}


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except KerfError:
        raise
    except MemoryError as error:
        raise MemoryLimit from error
    except Exception as error:
        message = clean_line(str(error))[:200]
        if "depth" in message.lower():
            raise NestingLimit from error
        raise CorruptDocument(f"The DOCX is damaged: {message}") from error


def _pieces(body: Any, looks: dict[str, StyleLook], max_depth: int) -> Iterator[Piece]:
    for element in blocks_of(body, max_depth):
        if element.tag == W + "tbl":
            yield Piece(table_text(table_rows(element)), BlockKind.TABLE)
        else:
            yield _paragraph(element, looks)


def _paragraph(element: Any, looks: dict[str, StyleLook]) -> Piece:
    text = paragraph_text(element)
    look = looks.get(own_property(element, "pStyle") or "", _PLAIN_LOOK)
    own = own_property(element, "outlineLvl")
    outline = int(own) if own and own.isdigit() else look.outline
    if outline is not None and outline < 9:  # noqa: PLR2004  9 is body text
        return Piece(" ".join(text.split()), BlockKind.HEADING, min(outline + 1, _DEEPEST))
    depth = own_property(element, "numPr/ilvl")
    if element.find(f"{W}pPr/{W}numPr") is not None and own_property(element, "numPr/numId") != "0":
        return Piece(text, BlockKind.LIST_ITEM, min(int(depth or 0) + 1, _DEEPEST))
    return Piece(text, look.kind, 1 if look.kind is BlockKind.LIST_ITEM else 0)


def _related(part: Any) -> Iterator[tuple[str, Any]]:
    """Kind and XML of the parts beside the body: header, footer, footnotes, endnotes."""
    from lxml import etree  # noqa: PLC0415  loaded by python-docx anyway

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for relation in part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if relation.is_external or kind not in (*_NOTES, *_EDGES):
            continue
        yield kind, etree.fromstring(relation.target_part.blob, parser)


def _notes(root: Any) -> Iterator[Piece]:
    for note in root:
        if note.get(W + "type") is None:
            lines = (paragraph_text(paragraph) for paragraph in note.iter(W + "p"))
            yield Piece("\n".join(line for line in lines if line.strip()), BlockKind.FOOTNOTE)


def _edge(kind: str, root: Any) -> Iterator[Drop]:
    text = clean_line(" ".join(paragraph_text(paragraph) for paragraph in root.iter(W + "p")))
    if text:
        yield Drop(_EDGES[kind], text)


def _metadata(document: Any) -> dict[str, str]:
    properties = document.core_properties
    found = {
        name: clean_line(str(getattr(properties, name, "") or ""))
        for name in ("title", "author", "subject", "keywords")
    }
    return {name: value for name, value in found.items() if value}
