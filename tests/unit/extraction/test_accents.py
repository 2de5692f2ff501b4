"""Accents that a font sets beside their letters are put onto them."""

import pytest

from services.extraction.accents import composed


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        ("Sch¨on", "Schön"),
        ("Bogd´an", "Bogdán"),
        ("¨OSTERREICH", "ÖSTERREICH"),
        ("Neuchˆatel", "Neuchâtel"),
        ("Franc¸ois", "François"),
        ("na¨ıve", "naïve"),
        ("voil`a", "voilà"),
        ("e\u0301tude", "étude"),
        ("when\u037e", "when;"),
        ("\u03b1 \u0338= 1", "\u03b1 \u2260 1"),
        ("non\u2011compete, so\u2010called", "non-compete, so-called"),
    ],
)
def test_a_letter_and_its_accent_become_one_character(drawn: str, written: str) -> None:
    assert composed(drawn) == written


@pytest.mark.parametrize("text", ["plain", "`quoted'", "ˇy1", "10 ˚ 20", "`x` of code", "a^b ~c"])
def test_an_accent_for_which_there_is_no_letter_stays(text: str) -> None:
    assert composed(text) == text
