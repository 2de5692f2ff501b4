"""What a fetched file is called, whatever the source says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetches.names import LONGEST, UNNAMED, name_of
from services.infra.plain import is_plain

URL = "https://example.com/files/report.pdf?name=x.pdf"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (None, "report.pdf"),
        ("attachment", "report.pdf"),
        ("attachment; filename=plain.txt", "plain.txt"),
        ('attachment; filename="two words.txt"', "two words.txt"),
        ('ATTACHMENT; FileName = "a \\"b\\".txt"; size=7', 'a "b".txt'),
        ("attachment; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("attachment; filename=\"EURO.txt\"; filename*=utf-8'en'%e2%82%ac.txt", "€.txt"),
        ("attachment; filename*=iso-8859-1''%a3.txt; filename=x", "£.txt"),
        ("attachment; filename*=utf-7''+ADw-.txt; filename=safe.txt", "safe.txt"),
        ("attachment; filename*=UTF-8''%ff%fe.txt", "\ufffd\ufffd.txt"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
        ("attachment; filename*=UTF-8''a%00b%0d%0a.txt", "a_b__.txt"),
        ('attachment; filename=".."', "report.pdf"),
        ('attachment; filename=""', "report.pdf"),
        ("attachment; filename=" + "a" * 300 + ".pdf", "a" * 251 + ".pdf"),
    ],
)
def test_the_source_names_its_file_in_either_form(disposition: str | None, name: str) -> None:
    assert name_of(disposition, URL, URL) == name


@pytest.mark.parametrize(
    ("last", "first", "name"),
    [
        ("https://cdn.example.com/0a1b", "https://example.com/report.pdf", "report.pdf"),
        ("https://example.com/report.pdf", "https://example.com/latest", "report.pdf"),
        ("https://example.com/a%2Fb%20c.txt", "https://example.com/", "b c.txt"),
        ("https://example.com/.env", "https://example.com/", ".env"),
        ("https://example.com/", "https://example.com/latest", "latest"),
        ("https://example.com", "https://example.com/", UNNAMED),
        ("https://example.com/%00%80", "https://example.com/", "_\ufffd"),
    ],
)
def test_else_the_path_of_the_url_names_it(last: str, first: str, name: str) -> None:
    assert name_of(None, last, first) == name


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")), st.text())
def test_any_header_and_any_path_give_a_name_that_can_be_kept(disposition: str, path: str) -> None:
    name = name_of("attachment; filename=" + disposition, f"https://example.com/{path}", URL)
    assert 0 < len(name) <= LONGEST
    assert is_plain(name)
    assert not set(name) & {"/", "\\", "\r", "\n"}
