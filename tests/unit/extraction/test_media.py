import io
import zipfile

import pytest

from models.errors import CorruptDocument, EmptyFile, EncryptedDocument, UnsupportedType
from services.extraction.media import sniff


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name in names:
            opened.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.7\n1 0 obj", "letter.txt", "application/pdf"),
        (b"junk before it\n%PDF-1.4\n1 0 obj\nendobj", "", "application/pdf"),
        (b"A text about the mark %PDF-1.4 of other files.", "", "text/plain"),
        (b"<!DOCTYPE html><p>hi", "page.txt", "text/html"),
        (b"  <!-- c -->\n<HTML><body>", "", "text/html"),
        (b"<p>one</p>", "page.html", "text/html"),
        (b"no tags here", "page.html", "text/plain"),
        (b"{\\rtf1 hello}", "letter.doc", "application/rtf"),
        (b"# Title", "README.md", "text/markdown"),
        (b"# Title\n\n```{r}\n1\n```\n", "report.Rmd", "text/markdown"),
        (b"<h1>Title</h1>\n\ntext", "README.md", "text/markdown"),
        (b"<!DOCTYPE html>\n<?php echo 1 ?>", "page.php", "text/x-php"),
        (b"<template><p>a</p></template>", "A.vue", "text/x-vue"),
        (b"x = 1\n", "tool.py", "text/x-python"),
        (b"class A {}", "A.java", "text/x-java"),
        (b"plain words", "letter", "text/plain"),
        (b"plain words", "letter.pdf", "text/plain"),
        (b"a <b> c", "", "text/plain"),
        ("<!doctype html>".encode("utf-16"), "", "text/html"),
    ],
)
def test_the_type_comes_from_the_bytes_and_the_name_only_hints(data: bytes, name: str, expected: str) -> None:
    assert sniff(data, name) == expected


def test_a_docx_is_known_by_its_parts() -> None:
    docx = archive("[Content_Types].xml", "word/document.xml")
    assert sniff(docx, "a.zip").endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x7fELF\x02\x01\x01", "ELF"),
        (b"RIFF0000WEBPVP8 ", "WebP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "OLE"),
        (archive("xl/workbook.xml"), "XLSX"),
        (archive("any.txt"), "ZIP"),
        (bytes(range(256)) * 20, "no text"),
        (b"\0" * 5000, "no text"),
    ],
)
def test_what_kerf_does_not_read_is_named(data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedType, match=what):
        sniff(data, "letter.txt")


def test_no_bytes_a_broken_archive_and_an_encrypted_office_file_have_their_own_errors() -> None:
    with pytest.raises(EmptyFile):
        sniff(b"", "a.pdf")
    with pytest.raises(CorruptDocument):
        sniff(archive("word/document.xml")[:40])
    with pytest.raises(EncryptedDocument):
        sniff(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
