"""The media type of a file, from its bytes. A name only decides between kinds of text."""

import re
from collections.abc import Set as AbstractSet
from pathlib import PurePath

from models.cells import NOTEBOOK
from models.errors import EmptyFile, EncryptedDocument, TypeMismatch, UnsupportedType
from services.extraction.archive import entries_of
from services.extraction.decoding import decode
from services.extraction.image_headers import image_kind
from services.extraction.mail import is_mail
from services.extraction.notebook import is_notebook
from services.extraction.signatures import binary_name
from services.extraction.source_languages import language_of, media_type_of
from services.extraction.source_types import SOURCE_TYPES, TEMPLATES

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIL = "message/rfc822"
ODT = "application/vnd.oasis.opendocument.text"
RTF = "application/rtf"
HTML = "text/html"
MARKDOWN = "text/markdown"
AKOMA_NTOSO = "application/akn+xml"
USLM = "application/uslm+xml"
PLAIN = "text/plain"

_PDF_WITHIN = 1024
_TYPE_ENTRY = "mimetype"
_RTF = b"{\\rtf"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WORD_PART = re.compile(r"word/document\d*\.xml")
_STATUTES = {
    "<akomantoso": AKOMA_NTOSO,
    ":akomantoso": AKOMA_NTOSO,
    "legaldocml/ns/akn": AKOMA_NTOSO,
    "akomantoso.org": AKOMA_NTOSO,
    "schemas.gpo.gov/xml/uslm": USLM,
    "xml.house.gov/schemas/uslm": USLM,
}
_ROOT = re.compile(r"(?:<!DOCTYPE[^>\[]{0,500}>\s*)?<[A-Za-z_][^<>]{0,4000}>")
_PROLOGUE = re.compile(r"(?:\s|<!--.*?-->|<\?xml[^>]*>)*", re.DOTALL)
_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<(?:title|meta|style|script|div|p|h[1-6]|table|ul|ol|section|article|span|a|br|b|i|font|pre)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_PROMISES = {".pdf": PDF, **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), DOCX)}
_HTML_NAMES = (".html", ".htm", ".xhtml")
_NOTEBOOK_NAME = ".ipynb"
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mdx", ".mkd", ".qmd", ".rmd")


def sniff(data: bytes, name: str = "") -> str:
    """The media type. EmptyFile, UnsupportedType (naming what it is) or EncryptedDocument otherwise."""
    return packed_type(data) or text_type(decode(data).text, name)


def packed_type(data: bytes) -> str | None:
    """The media type of a format that is not text, None for what may be text; raises as `sniff`."""
    if not data:
        raise EmptyFile
    if _is_pdf(data):
        return PDF
    image = image_kind(data)
    if image is not None:
        return f"image/{image}"
    if data.startswith(_RTF):
        return RTF
    if data.startswith(_OLE):
        _refuse_ole(data)
    if data.startswith(_ZIP):
        return _zip_type(data)
    if is_mail(data):
        return MAIL
    binary = binary_name(data)
    if binary is not None:
        raise UnsupportedType(f"Kerf does not read {binary} files.")
    return None


def text_type(text: str, name: str = "") -> str:
    """The kind of text: by its content, then by the name's suffix."""
    start = _PROLOGUE.match(text[:4096])
    body = start.end() if start else 0
    suffix = PurePath(name).suffix.lower()
    if suffix in TEMPLATES:
        return SOURCE_TYPES[suffix]
    if suffix == _NOTEBOOK_NAME:
        return NOTEBOOK
    markup = _markup_type(text, body)
    return markup or (NOTEBOOK if is_notebook(text) else _named_type(text, body, name, suffix))


def _markup_type(text: str, body: int) -> str | None:
    """What a page or a statute is; `body` is where the first element stands."""
    if _DOCUMENT.match(text, body):
        return HTML
    root = _ROOT.match(text, body)
    return next((kind for name, kind in _STATUTES.items() if root and name in root[0].lower()), None)


def _named_type(text: str, body: int, name: str, suffix: str) -> str:
    if suffix in _MARKDOWN_NAMES:
        return MARKDOWN
    if suffix in _HTML_NAMES:
        return HTML if _ELEMENT.search(text) else PLAIN
    if not suffix and _ELEMENT.match(text, body):
        return HTML
    language = language_of(text, name)
    return media_type_of(language) if language else SOURCE_TYPES.get(suffix, PLAIN)


def check_name(media_type: str, name: str) -> None:
    """TypeMismatch when the name promises PDF or DOCX and the bytes are something else."""
    suffix = PurePath(name).suffix.lower()
    if _PROMISES.get(suffix, media_type) != media_type:
        raise TypeMismatch(f"The name ends in {suffix}, but the bytes are {media_type}.")


def _is_pdf(data: bytes) -> bool:
    """The mark stands first, or within 1,024 bytes of a file that has a PDF's parts."""
    at = data.find(b"%PDF-", 0, _PDF_WITHIN)
    if at < 0:
        return False
    if not data[:at].strip(b" \t\r\n\0\xef\xbb\xbf"):
        return True
    if data.startswith(_ZIP):
        return False  # a PDF that lies in an archive as it is
    return any(part in data for part in (b"endobj", b"startxref", b"%%EOF", b"trailer"))


def _refuse_ole(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise EncryptedDocument
    raise UnsupportedType("Kerf does not read old Office (OLE) files; save the document as DOCX or PDF.")


def _is_odt(data: bytes) -> bool:
    """The first entry says the type as it is (OpenDocument 1.3 part 2, 3.3): texts and their templates."""
    return ODT.encode() in data[30 : 30 + len(_TYPE_ENTRY) + len(ODT)]


def packed_as(names: AbstractSet[str], head: bytes) -> str | None:
    """What a ZIP archive of these entries is that begins so: a media type, or a format by its name.

    None for an archive that is nothing but files.
    """
    if any(_WORD_PART.fullmatch(name) for name in names):
        return DOCX
    if "content.xml" in names and _is_odt(head):
        return ODT
    kinds = {
        "xl/workbook.xml": "Excel (XLSX)",
        "ppt/presentation.xml": "PowerPoint (PPTX)",
        "content.xml": "OpenDocument",
        "META-INF/container.xml": "EPUB",
        "META-INF/MANIFEST.MF": "Java archive (JAR)",
    }
    return next((kind for part, kind in kinds.items() if part in names), None)


def _zip_type(data: bytes) -> str:
    kind = packed_as({entry.filename for entry in entries_of(data)}, data)
    if kind in {DOCX, ODT}:
        return kind
    raise UnsupportedType(f"Kerf does not read {kind or 'ZIP archive'} files.")
