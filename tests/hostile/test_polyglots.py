"""P8: a file of several types has one, told by its bytes, the same every time; only one parser sees it."""

from collections.abc import Callable

import pytest

from models.errors import DocumentError, TypeMismatch
from services.extraction.extract import extract
from tests.hostile.archives import docx
from tests.hostile.pdfs import page, shown, stream

PDF_TYPE = "application/pdf"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIMPLE = page(stream(shown(b"Of the PDF")))
HTML = b"<!doctype html><p>Of the page"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00"

POLYGLOTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "PDF, then DOCX": (lambda: SIMPLE + docx(), PDF_TYPE),
    "DOCX, then PDF": (lambda: docx() + SIMPLE, DOCX_TYPE),
    "PDF, then HTML": (lambda: SIMPLE + HTML, PDF_TYPE),
    "HTML around a PDF": (lambda: b"<!doctype html><!--\n" + SIMPLE + b"--><p>Of the page", PDF_TYPE),
    "HTML, a PDF far below": (lambda: HTML + b" " * 2000 + b"%PDF-1.7", "text/html"),
    "picture, then PDF": (lambda: GIF + SIMPLE, PDF_TYPE),
    "program, then PDF": (lambda: b"MZ\x90\0" + bytes(60) + SIMPLE, PDF_TYPE),
    "program, PDF far below": (lambda: b"MZ\x90\0" + bytes(2000) + SIMPLE, "unsupported_type"),
    "picture that names a PDF": (lambda: GIF + b"%PDF-1.7 is not in here", "image/gif"),
    "text about a PDF": (lambda: b"The mark %PDF- stands first in a PDF.", "text/plain"),
    "two PDFs": (lambda: SIMPLE + page(stream(shown(b"Second"))), PDF_TYPE),
    "tar with a PDF": (lambda: bytes(257) + b"ustar" + bytes(1000) + SIMPLE, "unsupported_type"),
    "script": (lambda: b"#!/bin/sh\n%PDF-1.7 in a comment\n", "text/x-shellscript"),
}


def outcome(data: bytes, name: str = "") -> str:
    try:
        return extract(data, name).media_type
    except DocumentError as error:
        return error.code


@pytest.mark.parametrize("kind", POLYGLOTS)
def test_a_file_of_several_types_has_one(kind: str) -> None:
    make, expected = POLYGLOTS[kind]
    assert {outcome(make()) for _ in range(3)} == {expected}


def test_only_one_parser_sees_a_file() -> None:
    both = extract(SIMPLE + docx() + HTML)
    assert "Of the PDF" in both.text
    assert "Of the page" not in both.text
    assert "Text" not in both.text


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"Some text."), ("a.PDF", HTML), ("a.pdf", docx()), ("a.docx", SIMPLE), ("a.docx", b"Text")],
)
def test_a_name_that_promises_another_type_is_told(name: str, data: bytes) -> None:
    with pytest.raises(TypeMismatch):
        extract(data, name)


@pytest.mark.parametrize("name", ["", "a", "a.bin", "a.txt", "download.php", "a.pdf"])
def test_a_name_that_promises_nothing_decides_nothing(name: str) -> None:
    assert outcome(SIMPLE, name) == PDF_TYPE
