"""Section numbers: their families, and which of two readings the sequence chooses."""

import pytest

from services.extraction.numbering import Reading, label_length, readings, resolved
from services.outline.names import encloses


@pytest.mark.parametrize(
    ("text", "family", "path"),
    [
        ("2.1 Scope", "decimal 2", (2, 1)),
        ("3. Term", "decimal 1", (3,)),
        ("A.2 Proofs", "decimal 2", (1, 2)),
        ("§ 24-712. [Omitted].", "section", (24, 712)),
        ("Article Two. Term", "article", (2,)),
        ("CHAPTER IV", "chapter", (4,)),
        ("(b) Notices", "a ()", (2,)),
        ("Anhang 3: Muster", "annex", (3,)),
    ],
)
def test_a_number_has_a_family_and_a_place(text: str, family: str, path: tuple[int, ...]) -> None:
    assert readings(text) == (Reading(family, path),)


@pytest.mark.parametrize("text", ["Particle filters", "A b c", "2019 was a year", "mixed", "1,000 apples"])
def test_words_and_amounts_are_no_numbers(text: str) -> None:
    assert readings(text) == ()
    assert label_length(text) == 0


def chosen(*lines: str) -> list[str]:
    return [reading.family if reading else "" for reading in resolved([readings(line) for line in lines])]


def test_i_after_h_is_a_letter_and_after_a_it_is_roman() -> None:
    assert chosen("(g) x", "(h) x", "(i) x", "(j) x") == ["a ()"] * 4
    assert chosen("(a) x", "(i) x", "(ii) x", "(b) x") == ["a ()", "i ()", "i ()", "a ()"]


def test_c_after_b_is_a_letter_and_lines_without_numbers_do_not_disturb() -> None:
    assert chosen("A. x", "B. x", "none", "C. x", "D. x") == ["A .", "A .", "", "A .", "A ."]


def test_chapters_and_parts_nest_either_way_and_sections_stand_below_both() -> None:
    assert encloses("chapter", "section")
    assert encloses("part", "subpart")
    assert not encloses("chapter", "part")
    assert not encloses("part", "chapter")
