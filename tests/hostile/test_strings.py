"""P7 and A7: a string is kept, or cleaned and the change declared; no path is made of it."""

import codecs
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import artifact
from models.document import Document, DropReason
from models.errors import DocumentError, TypeMismatch
from models.limits import Limits
from services.extraction.cleaning import UNWANTED
from services.extraction.extract import extract
from services.runner.process import Child
from services.runner.values import Request
from tests.hostile.archives import docx
from tests.hostile.pdfs import page, shown, stream
from tests.hostile.strings import NAUGHTY

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
ALWAYS_THE_SAME = settings(derandomize=True, deadline=None, max_examples=150)
ANY_TEXT = st.text(st.characters(), max_size=60)  # surrogates and controls among them


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def xml(text: str) -> str:
    """What XML can hold of it."""
    allowed = "".join(char for char in text if char in "\t\n\r" or " " <= char < "\ud800" or char > "\ue000")
    kept = "".join(char for char in allowed if char not in "\ufffe\uffff")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_pdf(text: str) -> bytes:
    """In the title, the author and a bookmark."""
    title = b"<feff%s>" % text.encode("utf-16-be", "surrogatepass").hex().encode()
    data = page(
        stream(shown()),
        b"<< /First 7 0 R /Last 7 0 R /Count 1 >>",
        b"<< /Title %s /Parent 6 0 R /Dest [3 0 R /Fit] >>" % title,
        b"<< /Title %s /Author %s /Keywords %s >>" % (title, title, title),
        catalog=b"/Outlines 6 0 R",
    )
    return data.replace(b"trailer <<", b"trailer << /Info 8 0 R")


def as_docx(text: str) -> bytes:
    body = f'<w:p><w:r><w:t xml:space="preserve">{xml(text)}</w:t></w:r></w:p>'
    return docx(f"<w:p><w:r><w:t>Text</w:t></w:r></w:p>{body}")


def as_html(text: str) -> bytes:
    inner = utf8(text.replace("<", "&lt;"))
    head = b'<!doctype html><meta charset=utf-8><title>%s</title><meta name=author content="%s">'
    return (head % (inner, inner.replace(b'"', b"&quot;"))) + b"<p>Text</p><p>%s</p>" % inner


def as_markdown(text: str) -> bytes:
    return b"---\ntitle: %s\n---\n\n# %s\n\n%s\n\nText\n" % (utf8(text), utf8(text), utf8(text))


FORMS = {
    "a.pdf": as_pdf,
    "a.docx": as_docx,
    "a.html": as_html,
    "a.md": as_markdown,
    "a.txt": utf8,
    "a.py": utf8,
    "a": utf8,
}


def all_strings(document: Document) -> Iterator[str]:
    """Every string there is in a document."""
    yield from (document.text, document.media_type, document.sha256)
    yield from (block.title for block in document.blocks)
    yield from (drop.text for drop in document.drops)
    for name, value in document.metadata.items():
        yield from (name, value)


def check_clean(document: Document) -> None:
    """It can be stored and encoded anywhere, and comes back as it was."""
    for found in all_strings(document):
        assert "\0" not in found
        found.encode()
    json.dumps([*all_strings(document)], allow_nan=False)
    assert artifact.load(artifact.dump(document)) == document


def read(data: bytes, name: str) -> Document | None:
    try:
        return extract(data, name)
    except DocumentError:  # typed; anything else fails the test
        return None


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_a_naughty_string_comes_through_every_reader(name: str, text: str) -> None:
    document = read(FORMS[name](text), name)
    if document is not None:
        check_clean(document)


@ALWAYS_THE_SAME
@given(ANY_TEXT)
def test_any_text_comes_through_every_reader(text: str) -> None:
    for name, form in FORMS.items():
        document = read(form(text), name)
        if document is not None:
            check_clean(document)


@ALWAYS_THE_SAME
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_type(data: bytes) -> None:
    for name in FORMS:
        document = read(data, name)
        if document is not None:
            check_clean(document)


@ALWAYS_THE_SAME
@given(ANY_TEXT)
def test_what_is_taken_out_of_a_text_is_declared_and_all_else_is_kept(text: str) -> None:
    data = ("Words. " + text).encode("utf-16-le", "surrogatepass")
    written = data.decode("utf-16-le", "surrogatepass")  # where two surrogates may have become one character
    document = read(codecs.BOM_UTF16_LE + data, "a.txt")
    assert document is not None
    assert document.text == UNWANTED.sub("", written)
    reasons = [drop.reason for drop in document.drops]
    assert (DropReason.CONTROL_CHARACTER in reasons) == bool(UNWANTED.search(written))


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    found = Child(Limits(), models=tmp_path_factory.mktemp("models"))
    yield found
    found.close()


def test_no_path_is_made_of_a_name(child: Child, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"Some text of a document.")
    for name in NAUGHTY:
        request = Request(source, name, "doc_1", OPTIONS)
        if PurePath(name).suffix.lower() == ".pdf":
            with pytest.raises(TypeMismatch):
                child.run(request, lambda _: True)
        else:
            found = child.run(request, lambda _: True)
            assert [chunk["text"] for chunk in found.chunks] == ["Some text of a document."]
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not take such names")
def test_a_file_name_that_is_no_text_is_read_like_any_other(child: Child, tmp_path: Path) -> None:
    source = tmp_path / os.fsdecode(b"a\xff.txt")
    source.write_bytes(b"Some text.")
    found = child.run(Request(source, source.name, "doc_1", OPTIONS), lambda _: True)
    assert [chunk["text"] for chunk in found.chunks] == ["Some text."]
