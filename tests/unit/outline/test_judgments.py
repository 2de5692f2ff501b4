"""Judgments: numbers that run through, and headings that enclose or stand beside."""

import pytest

from tests.unit.outline.samples import outline, tree

COVER = ("IN THE HIGH COURT OF JUSTICE", "(1) A LTD", "(2) B LTD", "Claimants", "Part 20 Defendants")


def opinion(*above: str, numbers: int = 6) -> list[str]:
    """Paragraphs numbered through; `above` are the lines above the first and so on, `|` between two."""
    lines: list[str] = []
    for number in range(1, numbers + 1):
        heading = above[number - 1] if number <= len(above) else ""
        lines += [*filter(None, heading.split("|")), f"{number}. It was so on that day."]
    return lines


def test_parties_are_no_parts_and_items_stand_in_their_paragraph() -> None:
    lines = opinion()
    lines[2:2] = [
        "(a) one thing; and",
        "(i) in it;",
        "(b) another.",
        "1. As the statute says.",
        "2. It goes on to say so there.",
    ]
    assert tree(*COVER, "Judgment", *lines) == [
        *("1", "2", "  a", "    i", "  b", "  1", "  2"),
        *("3", "4", "5", "6"),
    ]


@pytest.mark.parametrize(
    ("opening", "encloses"),
    [
        ("Mr Justice Made :", True),
        ("MRS JUSTICE MADE", True),
        ("DECISION AND REASONS", True),
        ("HHJ Made QC:", False),
        ("JUDGMENT", False),
    ],
)
def test_headings_enclose_after_a_tribunals_title_or_a_judges_name(opening: str, *, encloses: bool) -> None:
    found = tree(*COVER, opening, *opinion("Introduction", "", "The facts", "", "Conclusion"))
    shift = "  " * encloses
    assert found == [
        *("heading | Introduction", f"{shift}1", f"{shift}2"),
        *("heading | The facts", f"{shift}3", f"{shift}4"),
        *("heading | Conclusion", f"{shift}5", f"{shift}6"),
    ]


def test_headings_enclose_nothing_from_where_they_have_ranks() -> None:
    found = tree(*COVER, "Mr Justice Made:", *opinion("Introduction", "", "The law|Cases", "", "Statutes"))
    assert found == [
        *("heading | Introduction", "  1", "  2"),
        *("heading | The law", "heading | Cases", "3", "4"),
        *("heading | Statutes", "5", "6"),
    ]


def test_lettered_headings_divide_the_opinion_and_those_below_them() -> None:
    assert tree(
        *COVER, "JUDGMENT", *opinion("A. FACTS", "", "B. LAW|(1) First", "", "(2) Second", "C. END")
    ) == [
        *("A | FACTS", "  1", "  2"),
        *("B | LAW", "  1 | First", "    3", "    4", "  2 | Second", "    5"),
        *("C | END", "  6"),
    ]


def test_headings_of_a_kind_that_begin_among_paragraphs_stand_beside_them() -> None:
    above = ("A. FACTS", "(1) First", "(2) Second", "B. LAW|(1) First", "(2) Second", "C. END")
    assert tree(*COVER, "JUDGMENT", *opinion(*above)) == [
        *("A | FACTS", "  1", "  1 | First", "  2", "  2 | Second", "  3"),
        *("B | LAW", "  1 | First", "  4", "  2 | Second", "  5"),
        *("C | END", "  6"),
    ]


def test_the_last_of_a_list_is_no_heading() -> None:
    assert tree(*COVER, "JUDGMENT", *opinion("", "", "(a) one;|(b) two, and so", "(c) or else")) == [
        *("1", "2", "  a", "  b", "3", "  c"),
        *("4", "5", "6"),
    ]


def test_of_a_list_of_names_only_the_last_is_a_heading() -> None:
    assert tree(*COVER, "JUDGMENT", *opinion("", "Mr A|Mr B|Mr C|Mr D|Mr E|The facts")) == [
        *("1", "heading | The facts", "2"),
        *("3", "4", "5", "6"),
    ]


def test_an_appendix_counts_anew() -> None:
    found = tree(*COVER, "JUDGMENT", *opinion(), "APPENDIX A", "1. Orders follow.", "2. They are here.")
    assert found == ["1", "2", "3", "4", "5", "6", "A", "  1", "  2"]


def test_numbers_of_quotations_do_not_run_on() -> None:
    lines = opinion()
    lines[3:3] = ["“4. The court said this.", "5. And it said that.”"]
    nodes = outline("\n".join([*COVER, "JUDGMENT", *lines])).nodes
    assert [node.number for node in nodes if node.level == 0] == ["1", "2", "3", "4", "5", "6"]


def test_a_contract_that_names_a_court_is_none() -> None:
    assert tree(
        "AGREEMENT", "1. Courts. The courts of Made decide.", "2. Fees.", "(a) and none of them.", "3. End."
    ) == [
        *("1 | Courts", "2 | Fees", "  a", "3 | End"),
    ]


def test_ten_thousand_headings_that_begin_anew() -> None:
    lines = opinion(*["|".join(["A. Title", "Other (b)", "I. More"] * 4)] * 900, numbers=900)
    found = outline("\n".join([*COVER, "Mr Justice Made:", *lines]))
    assert sum(node.number.isdigit() for node in found.nodes) == 900
