"""Files whose structure goes on, or round."""

from tests.hostile.pdfs import HELVETICA, page, pdf, shown, stream


def deep_page_tree(depth: int) -> bytes:
    """Each node has one kid."""
    nodes = [
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (number + 1, max(number - 1, 2))
        for number in range(2, depth + 2)
    ]
    leaf = b"<< /Type /Page /MediaBox [0 0 9 9] /Parent %d 0 R >>" % (depth + 1)
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, leaf])


def shared_pages(levels: int) -> bytes:
    """A tree whose nodes are reached a thousand times each."""
    nodes = [
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b"%d 0 R " % (number + 1) * 1000, 1000 ** (levels - place))
        for place, number in enumerate(range(2, levels + 2))
    ]
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, b"<< /Type /Page /MediaBox [0 0 9 9] >>"])


def lying_count() -> bytes:
    """Two billion pages, says the root."""
    return page(stream(shown())).replace(b"/Count 1", b"/Count 2000000000")


def xref_loop() -> bytes:
    """A table of places that names itself as the one before it."""
    data = page(stream(shown()))
    at = data.rindex(b"xref\n0 ", 0, data.rindex(b"startxref"))
    return data.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d " % at)


def updates(count: int) -> bytes:
    """A file that was saved again and again."""
    parts = [page(stream(shown()))]
    before = at = len(parts[0])
    before = int(parts[0][parts[0].rindex(b"startxref") + 10 :].split()[0])
    for _ in range(count):
        body = b"5 0 obj\n%s\nendobj\n" % HELVETICA
        place = at + len(body)
        update = body + (
            b"xref\n5 1\n%010d 00000 n \ntrailer << /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
            % (at, before, place)
        )
        parts.append(update)
        before, at = place, at + len(update)
    return b"".join(parts)


def deep_array(depth: int) -> bytes:
    """An object of brackets."""
    return page(stream(shown()), b"[" * depth + b"]" * depth, entries=b"/Odd 6 0 R")


def outline_cycle() -> bytes:
    """Bookmarks that lead back to the first one."""
    entries = [
        b"<< /Title (A) /Parent 6 0 R /Next %d 0 R /First %d 0 R /Last 8 0 R /Dest [3 0 R /Fit] >>"
        % (after, after)
        for after in (8, 7)
    ]
    return page(
        stream(shown()), b"<< /First 7 0 R /Last 8 0 R /Count 9 >>", *entries, catalog=b"/Outlines 6 0 R"
    )


def deep_outline(depth: int) -> bytes:
    """Each bookmark has one below it."""
    entries = [
        b"<< /Title (A) /Parent %d 0 R /First %d 0 R /Last %d 0 R /Dest [3 0 R /Fit] >>"
        % (number - 1, number + 1, number + 1)
        for number in range(7, 7 + depth)
    ]
    last = b"<< /Title (Z) /Parent %d 0 R >>" % (6 + depth)
    return page(
        stream(shown()), b"<< /First 7 0 R /Last 7 0 R >>", *entries, last, catalog=b"/Outlines 6 0 R"
    )


def annotation_cycle() -> bytes:
    """Notes that are each other's parent and popup."""
    notes = [
        b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (A)"
        b" /Popup %d 0 R /Parent %d 0 R /IRT %d 0 R >>" % (other, other, other)
        for other in (7, 6)
    ]
    return page(stream(shown()), *notes, entries=b"/Annots [6 0 R 7 0 R]")


def annotations(count: int) -> bytes:
    """One page with many notes."""
    note = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://a) >> >>"
    return page(stream(shown()), note, entries=b"/Annots [%s]" % (b"6 0 R " * count))


def object_stream_cycle() -> bytes:
    """Packed objects in streams that extend each other."""
    streams = [
        stream(b"9 0 << >>", b"/Type /ObjStm /N 1 /First 4 /Extends %d 0 R" % other) for other in (7, 6)
    ]
    return page(stream(shown()), *streams, entries=b"/Odd 9 0 R")


def absurd_encryption() -> bytes:
    """Locked in a way that nobody has invented."""
    return page(stream(shown())).replace(
        b"trailer <<",
        b"trailer << /ID [(a) (b)]"
        b" /Encrypt << /Filter /Standard /V 99 /R 99 /Length 99999 /O (a) /U (b) /P -1 >>",
    )


def metadata_entities() -> bytes:
    """Metadata whose entities multiply."""
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    xmp = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]><x>&j;</x>'
    return page(
        stream(shown()),
        stream(xmp.encode(), b"/Type /Metadata /Subtype /XML"),
        catalog=b"/Metadata 6 0 R",
    )


def unfinished(count: int) -> bytes:
    """Objects without a table: everything has to be searched."""
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj<<>>endobj\n" % number for number in range(1, count))
