"""PDFs out of their parts."""

import zlib
from collections.abc import Sequence

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
MEGABYTE = 1 << 20


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Objects numbered from 1, the first of them the catalog, with a table of where they lie."""
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    places, at = [], len(parts[0])
    for number, body in enumerate(objects, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(
        b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, at)
    )
    return b"".join(parts)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream as it stands."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def packed(data: bytes, entries: bytes = b"") -> bytes:
    """A compressed stream."""
    return stream(zlib.compress(data, 6), b"/Filter /FlateDecode " + entries)


def page(
    content: bytes,
    *more: bytes,
    resources: bytes = b"",
    entries: bytes = b"",
    box: bytes = b"0 0 612 792",
    catalog: bytes = b"",
) -> bytes:
    """One page: its content stream is object 4, its font object 5, `more` are the objects from 6 on."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> %s >> %s >>" % (box, resources, entries),
            content,
            HELVETICA,
            *more,
        ]
    )


def shown(text: bytes = b"Text") -> bytes:
    """Instructions that show a text."""
    return b"BT /F 10 Tf 72 700 Td (%s) Tj ET\n" % text


def zeros(megabytes: int, char: bytes = b" ") -> bytes:
    """So many MiB of one character as zlib makes it of them, without making them."""
    block = char * MEGABYTE
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(megabytes):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + one * megabytes + b"\x03\x00" + checksum.to_bytes(4, "big")
