"""Two hundred good or merely odd documents of every kind, the same every time: what mutants are made from."""

import random
import zipfile
import zlib
from io import BytesIO

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.hostile.archives import docx
from tests.hostile.bombs import catalogue
from tests.hostile.pdfs import HELVETICA, packed, shown, stream
from tests.unit.extraction.samples import HEIGHT, SENTENCES, WIDTH, heading, write

SEED = 20261121
COUNT = 200
WORDS = " ".join(SENTENCES).split()
ENDLESS = {"forms 1e7", "forms 1e10"}
"""Bombs that go off at any size."""

Chance = random.Random


def seeds() -> list[tuple[str, bytes]]:
    """Names and bytes: PDFs drawn and made by hand, bombs too small to hurt, office files, mail, texts."""
    chance = random.Random(SEED)
    found = [("odd.pdf", make()) for name, make in catalogue(1e-5) if name not in ENDLESS]
    makers = (("a.pdf", drawn), ("a.pdf", modern), ("a.docx", word), ("a.html", html), ("a.md", markdown))
    more = (("a.rtf", rtf), ("a.odt", odt), ("a.eml", mail))
    rest = (*makers, ("a.py", code), ("a.txt", text), *more)
    while len(found) < COUNT:
        name, make = rest[len(found) % len(rest)]
        found.append((name, make(chance)))
    chance.shuffle(found)
    return found


def sentence(chance: Chance) -> str:
    """Words in any order."""
    return " ".join(chance.choices(WORDS, k=chance.randrange(3, 25))).capitalize() + "."


def drawn(chance: Chance) -> bytes:
    """Pages as a word processor writes them: bookmarks, links, a form field, turned, locked for its owner."""
    locked = (
        StandardEncryption("", "owner", strength=chance.choice((40, 128))) if chance.random() < 0.3 else None
    )
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), encrypt=locked, invariant=1)
    for number in range(chance.randrange(1, 4)):
        draw(canvas, chance, number)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw(canvas: Canvas, chance: Chance, number: int) -> None:
    """One page of it."""
    canvas.setTitle(sentence(chance))
    canvas.setPageRotation(chance.choice((0, 0, 90, 180)))
    canvas.bookmarkPage(f"p{number}")
    canvas.addOutlineEntry(sentence(chance)[:40], f"p{number}", 0)
    canvas.linkURL("http://example.com/", (72, 72, 200, 90))
    if chance.random() < 0.5:
        canvas.acroForm.textfield(name=f"field{number}", x=72, y=72, value="Value")
    heading(canvas, "A heading", top=72)
    for x in chance.choice(((72,), (72, 320))):
        lines = [sentence(chance)[:50] for _ in range(chance.randrange(3, 20))]
        write(canvas, lines, x=x, font=chance.choice(("Helvetica", "Times-Roman", "Courier")))


def modern(chance: Chance) -> bytes:
    """A PDF whose objects are packed and whose table of places is a stream."""
    inner = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 6 0 R /Resources << /Font << /F 4 0 R >> >> >>",
        HELVETICA,
    ]
    places, body = [], b""
    for number, item in enumerate(inner, 1):
        places.append(b"%d %d" % (number, len(body)))
        body += item + b" "
    head = b" ".join(places) + b" "
    objects = packed(head + body, b"/Type /ObjStm /N %d /First %d" % (len(inner), len(head)))
    content = packed(b"".join(shown(sentence(chance).encode()) for _ in range(5)))
    parts = b"%%PDF-1.7\n5 0 obj\n%s\nendobj\n" % objects
    at = len(parts)
    parts += b"6 0 obj\n%s\nendobj\n" % content
    table = len(parts)
    rows = [(0, 0, 255), *((2, 5, index) for index in range(4)), (1, 9, 0), (1, at, 0), (1, table, 0)]
    packed_rows = b"".join(
        bytes([kind]) + place.to_bytes(3, "big") + bytes([last]) for kind, place, last in rows
    )
    entries = b"/Type /XRef /Size 8 /W [1 3 1] /Root 1 0 R /Filter /FlateDecode"
    parts += b"7 0 obj\n%s\nendobj\n" % stream(zlib.compress(packed_rows), entries)
    return parts + b"startxref\n%d\n%%%%EOF\n" % table


def word(chance: Chance) -> bytes:
    """Paragraphs, headings, tables, a note."""
    return docx("".join(word_block(chance) for _ in range(chance.randrange(2, 15))))


def word_block(chance: Chance) -> str:
    """One of them."""
    run = f"<w:r><w:t>{sentence(chance)}</w:t></w:r>"
    paragraph = f"<w:p>{run}</w:p>"
    return chance.choice(
        (
            paragraph,
            f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{run}</w:p>',
            f"<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr></w:pPr>{run}</w:p>",
            f"<w:tbl><w:tr><w:tc>{paragraph}</w:tc><w:tc>{paragraph}</w:tc></w:tr></w:tbl>",
            f"<w:p><w:ins>{run}</w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
            f"<w:sdt><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>",
        )
    )


def html(chance: Chance) -> bytes:
    """A page with most kinds of elements."""
    return b"<!doctype html><meta charset=utf-8><title>T</title>" + b"".join(
        chance.choice(HTML) % sentence(chance).encode() for _ in range(chance.randrange(2, 20))
    )


def markdown(chance: Chance) -> bytes:
    """Every kind of block."""
    return b"\n\n".join(chance.choice(MARKDOWN) % sentence(chance).encode() for _ in range(12))


def code(chance: Chance) -> bytes:
    """Functions."""
    return b"\n\n".join(
        b'def f%d(x: int) -> int:\n    """%s"""\n    return [x, (%d + x), {1: 2}]'
        % (number, sentence(chance).encode(), chance.randrange(99))
        for number in range(chance.randrange(1, 9))
    )


def text(chance: Chance) -> bytes:
    """Paragraphs in one encoding or another."""
    written = "\n\n".join(f"{sentence(chance)} Größe, naïve, 20 €." for _ in range(6))
    return written.encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")))


def rtf(chance: Chance) -> bytes:
    """Paragraphs, a table, a note."""
    return b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset204 A;}}" + b"".join(
        chance.choice(RTF) % sentence(chance).encode() for _ in range(chance.randrange(2, 15))
    )


def odt(chance: Chance) -> bytes:
    """Headings, lists, a note."""
    body = "".join(chance.choice(ODT).replace("%s", sentence(chance)) for _ in range(chance.randrange(2, 15)))
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    body = body.replace("</table:table-row>", "</table:table-row></table:table>")
    content = f"<office:d{spaces}><office:body><office:text>{body}</office:text></office:body></office:d>"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        kind = "application/vnd.oasis.opendocument.text"
        opened.writestr(zipfile.ZipInfo("mimetype"), kind)
        opened.writestr(zipfile.ZipInfo("content.xml"), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def mail(chance: Chance) -> bytes:
    """Two parts."""
    body = "".join(
        f"--x\nContent-Type: {kind}\n\n{sentence(chance)}\n" for kind in ("text/plain", "text/html", "a/b")
    )
    head = f"From: a@b\nDate: now\nSubject: =?utf-8?q?{chance.randrange(99)}?=\nMIME-Version: 1.0\n"
    return f"{head}Content-Type: multipart/mixed; boundary=x\n\n{body}--x--\n".encode()


RTF = (
    b"\\pard %s\\par",
    b"{\\b %s}{\\super\\chftn}{\\footnote note}\\u8364?\\'e9\\par",
    b"\\trowd\\intbl %s\\cell 2\\cell\\row",
    b'{\\field{\\*\\fldinst HYPERLINK "a"}{\\fldrslt %s}}',
    b"{\\listtext 1.\\tab}%s\\par{\\pict 00ff}",
)
ODT = (
    "<text:p>%s</text:p>",
    '<text:h text:outline-level="2">%s</text:h>',
    "<text:list><text:list-item><text:p>%s</text:p></text:list-item></text:list>",
    "<table:table><table:table-row><table:table-cell><text:p>%s</text:p></table:table-cell></table:table-row>",
)
HTML = (
    b"<h2>%s</h2>",
    b"<p>%s<b>bold</b> &amp; <a href=x>link</a>",
    b"<ul><li>%s<li>two<ol><li>three</ol></ul>",
    b"<table><tr><th>%s</th><td>1</td></tr></table>",
    b"<pre><code>%s\n  x</code></pre>",
    b"<script>%s</script><style>p{}</style>",
    b"<svg><title>%s</title></svg><!-- c -->",
)
MARKDOWN = (
    b"# %s",
    b"%s **bold** `code` [link](x)",
    b"> - %s\n>   1. deep",
    b"```py\n%s\n```",
    b"| a | b |\n|---|---|\n| %s | 1 |",
    b"- [ ] %s\n- b\n\n  c",
    b"<div>%s</div>",
    b"[^1]: %s",
    b"%s\n===",
)
