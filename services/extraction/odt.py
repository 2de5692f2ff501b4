"""OpenDocument texts: paragraphs, headings, lists with the numbers that are shown, tables, notes, links.

Numbers of lists and headings are part of the text, bullets are not. Signs of notes stand in brackets,
footnotes after the block that refers to them, endnotes at the end. Headers, footers, comments, deleted and
hidden text, pictures and embedded objects are declared. Rows without text are left out.
"""

from collections.abc import Iterator
from typing import Any

from models.document import Drop, DropReason
from models.errors import CorruptDocument, EncryptedDocument, MemoryLimit
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.cleaning import clean_line
from services.extraction.odt_body import Body
from services.extraction.odt_lists import Numbering
from services.extraction.odt_names import DC, META, OFFICE, STYLE, TEXT
from services.extraction.odt_text import PARAGRAPHS, line_of
from services.extraction.opc import Package
from services.extraction.pieces import put_together
from services.extraction.values import Reading

_EDGES = {
    "header": DropReason.RUNNING_HEADER,
    "header-left": DropReason.RUNNING_HEADER,
    "header-first": DropReason.RUNNING_HEADER,
    "footer": DropReason.RUNNING_FOOTER,
    "footer-left": DropReason.RUNNING_FOOTER,
    "footer-first": DropReason.RUNNING_FOOTER,
}
_METADATA = {
    DC + "title": "title",
    META + "initial-creator": "author",
    DC + "creator": "author",
    DC + "subject": "subject",
    META + "keyword": "keywords",
    META + "creation-date": "created",
    DC + "date": "modified",
}
_MANIFEST = "META-INF/manifest.xml"


def read_odt(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """The text as word processors show it, changes accepted.

    The errors of `check_archive`, CorruptDocument, NestingLimit, EncryptedDocument.
    """
    try:
        return _reading(Package(data, limits), limits)
    except MemoryError as error:
        raise MemoryLimit from error


def _reading(package: Package, limits: Limits) -> Reading:
    if _MANIFEST in package.names and b"encryption-data" in package.read(_MANIFEST):
        raise EncryptedDocument
    root = package.xml("content.xml")
    content = root.find(f"{OFFICE}body/{OFFICE}text")
    if content is None:
        raise CorruptDocument("The OpenDocument file has no text.")
    numbering = Numbering()
    styles = package.xml("styles.xml") if "styles.xml" in package.names else None
    for part in (styles, root):
        if part is not None:
            numbering.read(part)
    body = Body(numbering, limits.max_depth)
    pieces = list(body.pieces(content))
    drops = [*_edges(styles), *_deleted(content), *body.drops, *_unread(package)]
    return put_together(pieces, drops, _metadata(package))


def _edges(styles: Any | None) -> Iterator[Drop]:
    """Headers and footers, each wording once."""
    found: dict[Drop, None] = {}
    for name, reason in _EDGES.items():
        for edge in () if styles is None else styles.iter(STYLE + name):
            text = " ".join(line_of(paragraph).inline.text for paragraph in edge.iter(*PARAGRAPHS))
            if text := clean_line(text):
                found[Drop(reason, text)] = None
    yield from found


def _deleted(content: Any) -> Iterator[Drop]:
    for deletion in content.iter(TEXT + "deletion"):
        paragraphs = deletion.iter(*PARAGRAPHS)
        if text := clean_line(" ".join("".join(paragraph.itertext()) for paragraph in paragraphs)):
            yield Drop(DropReason.DELETED_TEXT, text)


def _unread(package: Package) -> Iterator[Drop]:
    """Formulas, charts and macros are files of their own."""
    for name in sorted(package.names):
        if name.startswith("Object ") and name.count("/") == 1 and name.endswith("/content.xml"):
            yield Drop(DropReason.ATTACHMENT, f"embedded object: {clean_line(name)[:200]}")
        elif name.startswith("Basic/") and name.endswith(".xml"):
            yield Drop(DropReason.ATTACHMENT, f"macros: {clean_line(name)[:200]}")


def _metadata(package: Package) -> dict[str, str]:
    found: dict[str, str] = {}
    if "meta.xml" in package.names:
        for element in package.xml("meta.xml").iter(*_METADATA):
            value = clean_line(element.text or "")
            if value:
                found.setdefault(_METADATA[element.tag], value)
    return found
