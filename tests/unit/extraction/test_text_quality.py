import pytest

from services.extraction.text_quality import quality, unreadable, vowels

ENGLISH = """(a) A person who willfully attempts in any manner to evade or defeat a tax, or the payment
thereof, imposed by this title shall be guilty of a felony if the tax exceeds $10,000; see 28 U.S.C. § 13(b),
e.g. O'Neill's co-operation agreement of 3/4/2019, and pay a fine of 12.5% or twice the amount."""
GERMAN = """Der Verkäufer gewährleistet, daß die Gesellschaft gemäß § 15 Abs. 2 HGB ordnungsgemäß
eingetragen ist und sämtliche Einlagen vollständig erbracht sind; Rückzahlungen an die Gesellschafter
über das Stammkapital hinaus sind nicht erfolgt und werden auch nicht erfolgen."""
RUSSIAN = "Договор вступает в силу с момента его подписания сторонами и действует " * 3
BAD = "tbe p4rties agr~e tlat th1s Agrcem~nt shal1 bc govemed hy tl-~e 1aws 0f tbe St^te ol De1aw4re " * 3


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, RUSSIAN])
def test_text_of_people_looks_like_words(text: str) -> None:
    assert (quality(text.split()) or 0) > 0.9


def test_bad_ocr_does_not() -> None:
    assert (quality(BAD.split()) or 1) < 0.75


def test_letters_that_stand_for_others_lack_vowels() -> None:
    shifted = "".join(chr(ord(char) - 29) if char.isalpha() and char.isascii() else char for char in ENGLISH)
    for text in (ENGLISH, GERMAN):
        assert (vowels(text.split()) or 0) > 0.3
    assert (vowels(shifted.split()) or 0) < 0.25


def test_of_a_few_words_nothing_is_said() -> None:
    assert quality(["x^2", "~~"]) is None


def test_characters_without_meaning_are_counted() -> None:
    assert unreadable("abc\ufffd") == 0.25
    assert unreadable("ab\ue000\uf8ff") == 0.5
    assert unreadable("žluťoučký kůň 四") == 0.0
