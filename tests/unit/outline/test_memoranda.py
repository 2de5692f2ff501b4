"""Explanatory memoranda: headings around the paragraphs of a section."""

from tests.unit.outline.samples import tree

TOP = ("EXPLANATORY MEMORANDUM TO", "THE MADE REGULATIONS 2022")


def test_headings_enclose_paragraphs_of_a_section() -> None:
    assert tree(
        *TOP,
        *(
            "6. Legislative context",
            "6.1 It is so, and was",
            "7. Policy background",
            "What is being done and why?",
        ),
        *("7.1 This is done, as it was.", "7.2 So is that, which is:", "• one;", "• two."),
        *(
            "Explanations",
            "What did any law do before?",
            "7.3 Little, if at all.",
            "Why is it being changed?",
        ),
        *("7.4 It was too little, it is said.", "8. Contact", "8.1 Nobody, as it is."),
    ) == [
        *("6 | Legislative context", "  6.1"),
        *("7 | Policy background", "  heading | What is being done and why?", "    7.1", "    7.2"),
        *(
            "      item",
            "      item",
            "  heading | Explanations",
            "    heading | What did any law do before?",
        ),
        *("      7.3", "    heading | Why is it being changed?", "      7.4", "8 | Contact", "  8.1"),
    ]


def test_the_end_of_a_sentence_is_no_heading() -> None:
    found = tree(
        *TOP, "7. Policy", "7.1 It is done by the", "Department of Made Things", "7.2 And so on, as it was."
    )
    assert found == ["7 | Policy", "  7.1", "  7.2"]
