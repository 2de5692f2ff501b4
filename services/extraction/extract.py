"""Bytes to Document: the table of readers and what all of them share."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from models.cells import NOTEBOOK
from models.document import Document
from models.errors import ExpansionLimit
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.byte_map import byte_map
from services.extraction.decoding import Decoded, decode
from services.extraction.docx import read_docx
from services.extraction.html import read_html
from services.extraction.images import read_image
from services.extraction.mail import read_mail
from services.extraction.markdown import read_markdown
from services.extraction.media import (
    AKOMA_NTOSO,
    DOCX,
    HTML,
    MAIL,
    MARKDOWN,
    ODT,
    PDF,
    PLAIN,
    RTF,
    USLM,
    check_name,
    packed_type,
    text_type,
)
from services.extraction.notebook import read_notebook
from services.extraction.odt import read_odt
from services.extraction.paged import read_paper
from services.extraction.pdf import read_pdf
from services.extraction.plain import read_plain
from services.extraction.rtf import read_rtf
from services.extraction.seeing import BLIND, Sight
from services.extraction.source_code import read_source
from services.extraction.source_languages import language_of
from services.extraction.statutes import read_statute
from services.extraction.values import Progress, Reading, ignore


def extract(
    data: bytes,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = ignore,
    sight: Sight = BLIND,
) -> Document:
    """The document in the bytes, or a typed DocumentError or MemoryLimit; EyesNeeded.

    `name` only hints among texts; one that promises PDF or DOCX must keep its promise.
    """
    media_type = packed_type(data)
    if media_type is not None:
        check_name(media_type, name)
        reading = _packed_reader(media_type)(data, limits, progress, sight)
    else:
        media_type, reading = _read_text(data, name, limits)
    return identified(reading, data, media_type)


def identified(reading: Reading, data: bytes, media_type: str) -> Document:
    """The reading as the document that these bytes are."""
    return Document(
        text=reading.text,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=reading.blocks,
        pages=reading.pages,
        words=reading.words,
        drops=reading.drops,
        metadata=dict(reading.metadata),
        tables=reading.tables,
        apparatus=reading.apparatus,
    )


def _packed_reader(media_type: str) -> Callable[[bytes, Limits, Progress, Sight], Reading]:
    whole = {DOCX: read_docx, ODT: read_odt, RTF: read_rtf, MAIL: read_mail}.get(media_type)
    if whole is not None:
        return partial(_whole, whole)
    return _pdf if media_type == PDF else _image


def _pdf(data: bytes, limits: Limits, progress: Progress, sight: Sight) -> Reading:
    return read_paper(read_pdf(data, limits, progress, sight))


def _image(data: bytes, limits: Limits, progress: Progress, sight: Sight) -> Reading:
    return read_paper(read_image(data, limits, progress, sight))


def _whole(
    read: Callable[[bytes, Limits], Reading], data: bytes, limits: Limits, progress: Progress, _: Sight
) -> Reading:
    """A format without pages."""
    reading = read(data, limits)
    progress(1, 1)
    return reading


def _read_text(data: bytes, name: str, limits: Limits) -> tuple[str, Reading]:
    decoded = decode(data)
    if len(decoded.text) > limits.max_characters:
        raise ExpansionLimit(f"The document has more than {limits.max_characters} characters.")
    media_type = text_type(decoded.text, name)
    check_name(media_type, name)
    if media_type == HTML:
        reading = read_html(decoded.text, limits)
    elif media_type in (AKOMA_NTOSO, USLM):
        reading = read_statute(decoded.text, limits)
    elif media_type == NOTEBOOK:
        reading = read_notebook(decoded.text)
        reading = replace(reading, metadata={**reading.metadata, **({"path": name} if name else {})})
    else:
        reading = _VERBATIM.get(media_type, read_source)(decoded.text)
        reading = replace(reading, metadata={**reading.metadata, **_source_facts(data, decoded, name)})
    return media_type, replace(reading, drops=(*decoded.drops, *reading.drops))


def _source_facts(data: bytes, decoded: Decoded, name: str) -> dict[str, str]:
    """Of a text that is the source itself: name, language, and where its code points stand in the file."""
    facts = {"path": name, "language": language_of(decoded.text, name)}
    facts |= byte_map(data, decoded.text, decoded.encoding)
    return {key: value for key, value in facts.items() if value}


_VERBATIM: dict[str, Callable[[str], Reading]] = {PLAIN: read_plain, MARKDOWN: read_markdown}
"""Readers that keep the source; every other text is source code."""
