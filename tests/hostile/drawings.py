"""Pages whose drawing asks for much."""

import zlib

from tests.hostile.pdfs import MEGABYTE, packed, page, shown, stream, zeros


def forms(levels: int, fan: int = 10) -> bytes:
    """Forms that each draw the next one several times: fan to the power of levels."""
    first = 6
    bodies = [
        stream(
            b"/X Do " * fan,
            b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X %d 0 R >>"
            b" /Font << /F 5 0 R >> >>" % (first + level + 1),
        )
        for level in range(levels - 1)
    ]
    last = stream(
        shown() * fan,
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F 5 0 R >> >>",
    )
    return page(stream(b"/X Do"), *bodies, last, resources=b"/XObject << /X 6 0 R >>")


def form_cycle() -> bytes:
    """Two forms that draw each other."""
    first, second = (
        stream(
            b"/X Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
            % other,
        )
        for other in (7, 6)
    )
    return page(stream(b"/X Do"), first, second, resources=b"/XObject << /X 6 0 R >>")


def flate_text(megabytes: int) -> bytes:
    """One line of so many million characters."""
    return page(packed(b"BT /F 1 Tf (" + b"a" * (megabytes * MEGABYTE) + b") Tj ET"))


def flate_spaces(megabytes: int) -> bytes:
    """A content stream of spaces."""
    return page(stream(zeros(megabytes), b"/Filter /FlateDecode"))


def flate_double(megabytes: int) -> bytes:
    """The same, packed again."""
    return page(stream(zlib.compress(zeros(megabytes), 9), b"/Filter [/FlateDecode /FlateDecode]"))


def deep_content(depth: int, opening: bytes = b"[") -> bytes:
    """A content stream of one opening, again and again."""
    return page(packed(opening * depth + shown()))


def to_unicode(lines: int) -> bytes:
    """A font whose table of characters goes on and on."""
    table = b"".join(b"<%04x> <%s>\n" % (n % 65536, b"0041" * 64) for n in range(lines))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff>"
        b" endcodespacerange %d beginbfchar\n%s endbfchar endcmap end end" % (lines, table)
    )
    kid = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (A) /Ordering (I)"
    return page(
        stream(b"BT /G 10 Tf 72 700 Td <00410042> Tj ET"),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [7 0 R]"
        b" /ToUnicode 8 0 R >>",
        kid + b" /Supplement 0 >> >>",
        packed(cmap),
        resources=b"/Font << /G 6 0 R >>",
    ).replace(b"/Font << /F 5 0 R >> /Font << /G 6 0 R >>", b"/Font << /G 6 0 R >>")


def glyph_cycle() -> bytes:
    """A font whose glyph shows itself ten times."""
    return page(
        stream(b"BT /T 10 Tf 72 700 Td (a) Tj ET"),
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0]"
        b" /CharProcs << /a 7 0 R >>"
        b" /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [9]"
        b" /Resources << /Font << /T 6 0 R >> >> >>",
        stream(b"9 0 d0 " + b"BT /T 1 Tf (a) Tj ET " * 10),
        resources=b"/Font << /T 6 0 R >>",
    ).replace(b"/Font << /F 5 0 R >> /Font << /T 6 0 R >>", b"/Font << /T 6 0 R >>")


def pattern_cycle() -> bytes:
    """A pattern that paints with itself."""
    return page(
        stream(b"/Pattern cs /P scn 0 0 612 792 re f"),
        stream(
            b"/Pattern cs /P scn 0 0 9 9 re f " * 10,
            b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 1 /YStep 1"
            b" /Resources << /Pattern << /P 6 0 R >> >>",
        ),
        resources=b"/Pattern << /P 6 0 R >>",
    )


def image(width: int, height: int, data: bytes) -> bytes:
    """One picture of a declared size."""
    return page(
        stream(b"/I Do " + shown()),
        stream(
            data,
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray"
            b" /Filter /FlateDecode" % (width, height),
        ),
        resources=b"/XObject << /I 6 0 R >>",
    )


def wide_font(glyphs: int) -> bytes:
    """A font with the width of every glyph, of which there are many."""
    return page(
        stream(b"BT /W 10 Tf 72 700 Td (Text) Tj ET"),
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial /FirstChar 0 /LastChar %d /Widths [%s] >>"
        % (glyphs, b"500 " * glyphs),
        resources=b"/Font << /W 6 0 R >>",
    ).replace(b"/Font << /F 5 0 R >> /Font << /W 6 0 R >>", b"/Font << /W 6 0 R >>")


def self_length() -> bytes:
    """A stream as long as the stream it is."""
    return page(b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % shown())


def one_character_texts(count: int) -> bytes:
    """A page of words of one letter."""
    return page(packed(b"BT /F 1 Tf " + b"(a) Tj 9 0 Td " * count + b"ET"))
