import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.document import DropReason
from models.errors import UnsupportedType
from services.extraction.cleaning import UNWANTED, clean
from services.extraction.decoding import Decoded, decode, is_plain

GERMAN = "Die Gebühr für die Prüfung beträgt zwölf Euro; größere Beträge müssen überwiesen werden. " * 3
RUSSIAN = (
    "Настоящий договор вступает в силу со дня его подписания обеими сторонами и действует один год. " * 3
)
JAPANESE = "本契約は、両当事者が署名した日から効力を生じ、一年間有効とする。期間満了後も同様とする。" * 3


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    assert decode(b"ok " + text.encode()).text == "ok " + text


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8))
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_need_no_mark_for_latin_text(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "latin-1"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
    ],
)
def test_old_encodings_are_found_by_statistics(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_declared_encoding_is_believed_when_it_fits() -> None:
    page = '<html><meta charset="iso-8859-2"><p>Zażółć gęślą jaźń</p>'
    assert decode(page.encode("iso-8859-2")).text == page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_declared_and_not_part_of_the_text(encoding: str) -> None:
    marks = {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32-le": codecs.BOM_UTF32_LE,
        "utf-32-be": codecs.BOM_UTF32_BE,
    }
    decoded = decode(marks[encoding] + "hello ж".encode(encoding))
    assert decoded.text == "hello ж"
    assert [drop.reason for drop in decoded.drops] == [DropReason.BYTE_ORDER_MARK]


@given(st.text())
def test_cleaned_text_can_always_be_encoded_and_nothing_else_is_lost(text: str) -> None:
    cleaned = clean(text)
    cleaned.text.encode("utf-8")
    assert cleaned.text == "".join(char for char in text if not UNWANTED.match(char))
    assert bool(cleaned.drops) == (cleaned.text != text)


def test_a_run_of_control_characters_is_one_short_drop() -> None:
    cleaned = clean("a" + "\0" * 5000 + "b\x01c\x01d\te\nf")
    assert cleaned.text == "abcd\te\nf"
    assert [drop.text for drop in cleaned.drops] == ["U+0000 x 5000", "U+0001 (2 times)"]


def test_carriage_returns_and_form_feeds_stay() -> None:
    assert decode(b"a\r\nb\rc\fd").text == "a\r\nb\rc\fd"


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UnsupportedType:
        return
    assert not UNWANTED.search(decoded.text)


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xef\xbb\xbfmarked")
@example(b"")
def test_plain_bytes_are_those_that_are_decoded_without_any_change(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    unchanged = text.encode() == data and clean(text).text == text and not text.startswith("\ufeff")
    assert is_plain(data[at : at + 3] for at in range(0, len(data), 3)) == unchanged
    assert not unchanged or decode(data) == Decoded(text, "utf-8")
