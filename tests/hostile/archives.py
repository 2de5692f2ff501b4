"""DOCX files and other archives out of their parts."""

import stat
import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

from services.runner.warming import DOCX_PARTS

BODY = "word/document.xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    """A compressed archive, whose entries all bear the same date."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, data in parts.items():
            opened.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx(body: str = "<w:p><w:r><w:t>Text</w:t></w:r></w:p>", more: Mapping[str, bytes | str] = {}) -> bytes:
    """A DOCX of that body and other parts."""
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return archive({**DOCX_PARTS, BODY: document, **more})


def ratio() -> bytes:
    """A part that unpacks to a thousand times its size."""
    return docx(more={"word/media/a.bin": bytes(20 << 20)})


def sum_of_parts() -> bytes:
    """Each part is within bounds, all of them are not: the directory says so, and nobody looks further."""
    data = bytearray(docx(more={f"word/media/{number}.bin": b"x" * 10_000 for number in range(18)}))
    small, packed_size, large = struct.pack("<I", 10_000), 8 << 20, struct.pack("<I", 40 << 20)
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        if data[at + 24 : at + 28] == small:
            data[at + 20 : at + 24] = struct.pack("<I", packed_size)
            data[at + 24 : at + 28] = large
    return bytes(data)


def entries(count: int) -> bytes:
    """More entries than any document has."""
    return docx(more={f"word/media/{number}": b"" for number in range(count)})


def lying_about_size(more: int) -> bytes:
    """A body that unpacks to something else than the directory says."""
    data = bytearray(docx("<w:p/>" * 5000))
    with zipfile.ZipFile(BytesIO(bytes(data))) as opened:
        size = opened.getinfo(BODY).file_size
    honest, lie = struct.pack("<I", size), struct.pack("<I", size + more)
    return bytes(data).replace(honest, lie)


def named(name: str) -> bytes:
    """A document with one entry of that name."""
    return docx(more={name: b"x"})


def twice() -> bytes:
    """Two bodies of one name: which is the document?"""
    first, second = docx("<w:p><w:r><w:t>One</w:t></w:r></w:p>"), BytesIO()
    second.write(first)
    with zipfile.ZipFile(second, "a") as opened:
        info = zipfile.ZipInfo("word/documenT.xml")
        opened.writestr(info, b"<evil/>")
    return second.getvalue().replace(b"word/documenT.xml", b"word/document.xml")


def linked() -> bytes:
    """An entry that is a symbolic link."""
    buffer = BytesIO(docx())
    with zipfile.ZipFile(buffer, "a") as opened:
        info = zipfile.ZipInfo("word/media/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def locked() -> bytes:
    """Entries that are encrypted."""
    data = bytearray(docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    return bytes(data)


def laughing() -> bytes:
    """Entities that multiply, in the body."""
    more = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">{more}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&j;&f;</w:t></w:r></w:p></w:body></w:document>'
    )
    return archive({**DOCX_PARTS, BODY: text})


def deep(levels: int, tag: str = "w:sdt") -> bytes:
    """Elements in elements."""
    return docx(f"<{tag}>" * levels + f"</{tag}>" * levels)


def nested(levels: int) -> bytes:
    """Archives in archives; none but the outermost is a document."""
    data = docx()
    for _ in range(levels):
        data = docx(more={"word/embeddings/a.docx": data})
    return data


def outer(kind: str) -> bytes:
    """Archives that are no documents."""
    return archive({kind: b"x"})
