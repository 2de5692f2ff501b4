"""A8 for formats with markup of their own: four times the file takes four times the work.

Lines of Python are counted; processor time is compared as in `test_growth`.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from models.errors import DocumentError
from services.extraction.extract import extract
from tests.hostile.archives import docx
from tests.hostile.test_growth import is_quadratic
from tests.support.counting import lines_run
from tests.unit.extraction.test_odt import content, packed

Make = Callable[[int], bytes]
SMALL, LARGE = 500, 2000
MAIL = b"From: a\nMIME-Version: 1.0\nContent-Type: "


def rtf(unit: bytes) -> Make:
    return lambda count: b"{\\rtf1 " + unit * count + b"}"


def html(unit: bytes, before: bytes = b"") -> Make:
    return lambda count: b"<!doctype html>" + before + unit * count


def odt(unit: str, before: str = "", after: str = "") -> Make:
    return lambda count: packed({"content.xml": content(before + unit * count + after)})


def mail(head: bytes, unit: bytes) -> Make:
    return lambda count: MAIL + head + unit * count


def notebook(unit: bytes, before: bytes = b"", after: bytes = b"") -> Make:
    return lambda count: b'{"nbformat":4,"cells":[' + before + b",".join([unit] * count) + after + b"]}"


def word(unit: str) -> Make:
    return lambda count: docx(f"<w:p>{unit * count}</w:p>")


FAMILIES: dict[str, Make] = {
    "rtf groups": rtf(b"{a}"),
    "rtf hexadecimal": rtf(b"\\'e9"),
    "rtf code points": rtf(b"\\u233?"),
    "rtf labels": rtf(b"{\\listtext a}"),
    "rtf notes": rtf(b"x\\chftn{\\footnote y}"),
    "rtf cells": rtf(b"\\intbl a\\cell "),
    "rtf titles": rtf(b"{\\info{\\title a}}"),
    "rtf links": rtf(b'{\\field{\\*\\fldinst HYPERLINK "a"}{\\fldrslt b}}'),
    "rtf hidden": rtf(b"{\\v a}"),
    "html links": html(b"<a href=x>b</a> ", b"<p>"),
    "html items": html(b"<li>b", b"<ol>"),
    "html lists": html(b"<ol reversed><li>a</ol>"),
    "html hidden": html(b"<p hidden>b</p>"),
    "html cells": html(b"<td><a href=x>b</a>", b"<table><tr><th>a"),
    "html strays": html(b"<tr>x", b"<table><tr><td>1<td>2"),
    "html breaks in a link": html(b"b <br>", b"<a href=x>"),
    "odt paragraphs": odt("<text:p>a</text:p>"),
    "odt items": odt("<text:list-item><text:p>a</text:p></text:list-item>", "<text:list>", "</text:list>"),
    "odt links": odt("<text:a>b</text:a>", "<text:p>", "</text:p>"),
    "odt spaces": odt('<text:s text:c="999"/>', "<text:p>a", "b</text:p>"),
    "mail headers": mail(b"text/plain\n", b"X: y\n"),
    "mail encoded words": mail(b"text/plain\nSubject:", b" =?utf-8?q?a?="),
    "mail parameters": mail(b"text/plain", b"; a=b"),
    "mail parts": mail(b"multipart/mixed; boundary=x\n\n", b"--x\n\na\n"),
    "mail alternatives": mail(b"multipart/alternative; boundary=x\n\n", b"--x\n\na\n"),
    "mail that flows": mail(b"text/plain; format=flowed\n\n", b"a \n"),
    "notebook cells": notebook(b'{"cell_type":"code","source":"x"}'),
    "notebook texts": notebook(b'{"cell_type":"markdown","source":"# T\\n\\nx"}'),
    "notebook lines": notebook(b'"x\\n"', b'{"cell_type":"markdown","source":[', b"]}"),
    "notebook outputs": notebook(b'{"data":{"a":"b"}}', b'{"cell_type":"code","outputs":[', b"]}"),
    "word links": word('<w:hyperlink w:anchor="a"><w:r><w:t>b</w:t></w:r></w:hyperlink>'),
    "word fields": word('<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/></w:r>'),
}


def reading(family: str, count: int) -> Callable[[], None]:
    data = FAMILIES[family](count)

    def read() -> None:
        with suppress(DocumentError):
            extract(data)

    return read


@pytest.mark.parametrize("family", FAMILIES)
def test_work_grows_with_the_file_and_not_with_its_square(family: str) -> None:
    nothing, small, large = (reading(family, count) for count in (0, SMALL, LARGE))
    small()  # what is done once only
    fixed = lines_run(nothing)
    assert lines_run(large) - fixed <= 5 * max(lines_run(small) - fixed, 1_000)


@pytest.mark.soak  # a time, so no part of `make test`
@pytest.mark.parametrize("family", FAMILIES)
def test_time_grows_with_the_file_and_not_with_its_square(family: str) -> None:
    assert not is_quadratic(reading(family, SMALL), reading(family, 16 * SMALL))
