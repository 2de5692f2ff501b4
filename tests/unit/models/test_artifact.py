import json
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from models.artifact import dump, load
from models.errors import CorruptDocument
from services.extraction.extract import extract
from tests.unit.extraction.samples import SENTENCES, heading, pdf, write


@pytest.fixture(scope="module")
def stored() -> bytes:
    def draw(canvas: Canvas) -> None:
        heading(canvas, "Title of it", top=80)
        write(canvas, SENTENCES)

    return dump(extract(pdf(draw, draw)))


@pytest.mark.parametrize("name", ["a.md", "a.py", "a.txt", "a.html"])
def test_documents_of_every_kind_come_back_equal(name: str) -> None:
    document = extract("<p># Ünï\n\n- one\x00\n\n```py\nx\n```\n".encode(), name)
    assert load(dump(document)) == document


def test_equal_documents_give_equal_bytes_and_come_back_equal(stored: bytes) -> None:
    document = load(stored)
    assert dump(document) == stored
    assert len(document.words) == 2 * (3 + len(" ".join(SENTENCES).split()))


@given(st.integers(0), st.integers(0, 255))
def test_a_changed_byte_is_noticed_or_harmless(stored: bytes, place: int, value: int) -> None:
    changed = bytearray(stored)
    changed[place % len(stored)] = value
    with suppress(CorruptDocument):
        assert load(bytes(changed)) == load(stored)


@pytest.mark.parametrize("cut", [0, 3, 4, 5, 20, -1])
def test_what_is_cut_off_is_refused(stored: bytes, cut: int) -> None:
    with pytest.raises(CorruptDocument):
        load(stored[:cut])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 7),
        ("text", ""),
        ("blocks", [[0, 4, "nonsense", 0, None, None, ""]]),
        ("blocks", [["0", 4, "title", 0, None, None, ""]]),
        ("blocks", []),
        ("words", ["AAAA"] * 7),
        ("words", []),
        ("pages", []),
        ("drops", [["nonsense", "", None, None]]),
        ("metadata", {"title": 3}),
        ("metadata", []),
    ],
)
def test_a_form_that_breaks_the_rules_is_refused(stored: bytes, field: str, value: object) -> None:
    form = json.loads(zlib.decompress(stored[5:]))
    form[field] = value
    with pytest.raises(CorruptDocument):
        load(stored[:5] + zlib.compress(json.dumps(form).encode()))


def test_an_unknown_version_is_refused(stored: bytes) -> None:
    with pytest.raises(CorruptDocument, match="version 99"):
        load(stored[:4] + bytes([99]) + stored[5:])
