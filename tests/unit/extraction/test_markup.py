import io
import zipfile
from typing import Any

import pytest
from docx.enum.text import WD_BREAK
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from models.document import BlockKind, Document, DropReason
from models.errors import CorruptDocument, EncryptedDocument, ExpansionLimit, NestingLimit
from models.laws import check_document
from models.limits import Limits
from services.extraction.archive import check_archive
from services.extraction.extract import extract
from tests.unit.extraction.samples import docx

SOURCE = """---
title: "A guide"
---

# One *big* `thing` [here](http://x)

- first
- second
  - deeper

> said by
> somebody

Underlined
----------

| a | b |
|---|---|
| 1 | 2 |

```py
# not a heading

x = 1
```

[ref]: http://example.org
"""


def outline(document: Document) -> list[tuple[str, int, str]]:
    check_document(document)
    return [(block.kind.value, block.level, block.span.of(document.text)) for block in document.blocks]


def test_markdown_stays_as_it_was_written_with_blocks_over_it() -> None:
    document = extract(SOURCE.encode(), "guide.md")
    assert document.text == SOURCE
    assert outline(document) == [
        ("paragraph", 0, '---\ntitle: "A guide"\n---'),
        ("heading", 1, "# One *big* `thing` [here](http://x)"),
        ("list_item", 1, "- first"),
        ("list_item", 1, "- second"),
        ("list_item", 2, "- deeper"),
        ("quote", 1, "> said by\n> somebody"),
        ("heading", 2, "Underlined\n----------"),
        ("table", 0, "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("code", 0, "```py\n# not a heading\n\nx = 1\n```"),
        ("paragraph", 0, "[ref]: http://example.org"),
    ]
    titles = [block.title for block in document.blocks if block.kind is BlockKind.HEADING]
    assert titles == ["One big thing here", "Underlined"]
    assert document.metadata["title"] == "A guide"


def test_markdown_with_carriage_returns_keeps_its_offsets() -> None:
    text = "# A\r\n\r\nb\r\nc\r\n\r\n## D\r\n"
    document = extract(text.encode(), "a.md")
    assert document.text == text
    assert [piece for _, _, piece in outline(document)] == ["# A", "b\r\nc", "## D"]


@pytest.mark.parametrize(
    "data", [b">" * 100_000 + b" x", b"- " * 50_000 + b"x", b"#" * 100_000, b"[" * 100_000]
)
def test_deeply_nested_markdown_falls_back_to_paragraphs(data: bytes) -> None:
    outline(extract(data, "a.md"))


def test_html_gives_visible_text_and_declares_the_rest() -> None:
    document = extract(
        b"""<html><head><title>The &amp; page</title><style>p {}</style></head><body>
        <h1>Big <i>words</i></h1>loose<p>One<br>two   three<!-- aside --> four</p>
        <ul><li>a<ul><li>b</li></ul></li></ul><table><tr><th>k<th>v<tr><td>1<td>2</table>
        <pre>  x
    y</pre><blockquote>said</blockquote><script>run()</script><p hidden>secret</p>last</body></html>"""
    )
    assert outline(document) == [
        ("heading", 1, "Big words"),
        ("paragraph", 0, "loose"),
        ("paragraph", 0, "One\ntwo three four"),
        ("list_item", 1, "a"),
        ("list_item", 2, "b"),
        ("table", 0, "k | v\n1 | 2"),
        ("code", 0, "  x\n    y"),
        ("quote", 0, "said"),
        ("paragraph", 0, "last"),
    ]
    assert document.metadata == {"title": "The & page"}
    assert [(drop.reason, drop.text.split(":")[0]) for drop in document.drops] == [
        (DropReason.HIDDEN_TEXT, "secret"),
        (DropReason.MARKUP, "head"),
        (DropReason.MARKUP, "comment"),
        (DropReason.MARKUP, "script"),
    ]


def test_a_layout_table_is_read_like_a_page() -> None:
    document = extract(b"<html><table><tr><td><h1>T</h1><p>a<td><table><tr><td>b<td>c</table></table>")
    assert outline(document) == [("heading", 1, "T"), ("paragraph", 0, "a"), ("table", 0, "b | c")]


@pytest.mark.parametrize("tag", [b"<div>", b"<b>", b"<table><tr><td>", b"<ul><li>"])
def test_html_nested_a_hundred_thousand_deep_is_a_typed_error(tag: bytes) -> None:
    with pytest.raises(NestingLimit):
        extract(b"<html>" + tag * 100_000 + b"x")


def test_docx_comes_in_document_order_with_levels_and_edges_declared() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Contract", 0)
        document.add_heading("Scope", 1)
        document.add_paragraph("First").add_run().add_break(WD_BREAK.LINE)
        document.paragraphs[-1].add_run("second line")
        document.add_paragraph("an item", style="List Bullet")
        table = document.add_table(2, 2)
        table.cell(0, 0).text, table.cell(0, 1).text, table.cell(1, 1).text = "k", "v", "2"
        document.add_heading("Details", 2)
        document.sections[0].header.paragraphs[0].text = "Confidential"

    document = extract(docx(fill))
    assert outline(document) == [
        ("title", 0, "Contract"),
        ("heading", 1, "Scope"),
        ("paragraph", 0, "First\nsecond line"),
        ("list_item", 1, "an item"),
        ("table", 0, "k | v\n| 2"),
        ("heading", 2, "Details"),
    ]
    assert [(drop.reason, drop.text) for drop in document.drops] == [
        (DropReason.RUNNING_HEADER, "Confidential")
    ]


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CONTROL = "<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
CHANGES = (
    "<w:p {0}><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
    "<w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
)


def test_docx_reads_content_controls_and_insertions_but_not_deletions() -> None:
    def fill(document: Any) -> None:
        for number, source in enumerate((CONTROL, CHANGES)):
            document.element.body.insert(number, parse_xml(source.format(W)))

    assert [text for _, _, text in outline(extract(docx(fill)))] == ["in a control", "new"]


def test_docx_footnotes_come_after_the_body() -> None:
    note = "<w:footnote><w:p><w:r><w:t>the note</w:t></w:r></w:p></w:footnote>"
    notes = f"<w:footnotes {W}>{note}</w:footnotes>"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"

    def fill(document: Any) -> None:
        document.add_paragraph("the body")
        part = Part(PackURI("/word/footnotes.xml"), "text/xml", notes.encode(), document.part.package)
        document.part.relate_to(part, kind)

    assert outline(extract(docx(fill))) == [("paragraph", 0, "the body"), ("footnote", 0, "the note")]


CONTROLS = "<w:sdt><w:sdtContent>" * 120 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 120


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (f"<w:document {W}/>", CorruptDocument),
        ("<x/>", CorruptDocument),
        ("not XML", CorruptDocument),
        ("", CorruptDocument),
        (f"<w:document {W}><w:body>{CONTROLS}</w:body></w:document>", NestingLimit),
        (f"<w:document {W}><w:body>" + "<w:p>" * 100_000, NestingLimit),
    ],
)
def test_docx_with_a_broken_body_is_a_typed_error(body: str, error: type[Exception]) -> None:
    source = io.BytesIO(docx(lambda _: None))
    changed = io.BytesIO()
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(changed, "w") as target:
        for name in whole.namelist():
            target.writestr(name, body if name == "word/document.xml" else whole.read(name))
    with pytest.raises(error):
        extract(changed.getvalue())


def packed(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<x/>")
        archive.writestr(name, content)
    return buffer.getvalue()


def test_bombs_and_broken_archives_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(ExpansionLimit):
        extract(packed("word/bomb.xml", bytes(50_000_000)))
    with pytest.raises(ExpansionLimit):
        extract(packed("word/big.xml", bytes(900_000)), limits=Limits(max_expanded_bytes=100_000))
    with pytest.raises(CorruptDocument):
        extract(packed("../../etc/passwd", b"x"))
    with pytest.raises(CorruptDocument):
        extract(packed("word/other.xml", b"x"))
    locked = bytearray(packed("a", b"x"))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EncryptedDocument):
        check_archive(bytes(locked))


def test_too_many_entries_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"word/{number}", b"")
    with pytest.raises(ExpansionLimit):
        check_archive(buffer.getvalue())
