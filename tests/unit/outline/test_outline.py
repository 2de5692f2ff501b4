"""What is a part, and which part stands in which: documents made for one question each."""

import pytest

from models.document import BlockKind
from models.outline import NodeKind
from services.extraction.extract import extract
from services.outline.outline import outline_of
from tests.unit.outline.samples import blocks, drawn, outline, tree


def test_a_statute_is_a_tree() -> None:
    assert tree(
        "TITLE I— GENERAL PROVISIONS",
        "SEC. 101. SHORT TITLE.",
        "This title may be cited as the “Made Act”.",
        "SEC. 102. DEFINITIONS.",
        "(a) In General.— In this title:",
        "(1) the term “plan” means a plan;",
        "(A) of a kind, or",
        "(i) small;",
        "(ii) large;",
        "(B) of none;",
        "(b) Rule.— A rule.",
        "TITLE II— OTHER",
        "SEC. 201. LAST.",
        "Text.",
    ) == [
        "I | GENERAL PROVISIONS",
        "  101 | SHORT TITLE",
        "  102 | DEFINITIONS",
        "    a | In General",
        "      1 | plan",
        "        A",
        "          i",
        "          ii",
        "        B",
        "    b | Rule",
        "II | OTHER",
        "  201 | LAST",
    ]


@pytest.mark.parametrize(
    ("lines", "levels"),
    [
        (["(g) x.", "(h) x.", "(i) x.", "(j) x."], [0, 0, 0, 0]),
        (["(a) x.", "(i) x.", "(ii) x.", "(b) x."], [0, 1, 1, 0]),
        (["(a) x.", "(1) x.", "(b) x.", "(1) x.", "(2) x."], [0, 1, 0, 1, 1]),
        (["(1) x.", "(1A) x.", "(1B) x.", "(2) x."], [0, 0, 0, 0]),
        (["1. X.", "2. X.", "4. X.", "5. X."], [0, 0, 0, 0]),
        (["(a) x.", "(b) x.", "(z) x.", "(aa) x.", "(bb) x."], [0, 0, 0, 0, 0]),
        (["(I) x.", "(aa) x.", "(bb) x.", "(II) x."], [0, 1, 1, 0]),
        (["1. X.", "1.1 X.", "1.1.1 X.", "1.2 X.", "2. X.", "2.1 X."], [0, 1, 2, 1, 0, 1]),
        (["l. One.", "2. Two.", "3. Three."], [0, 0, 0]),
        (["A. ONE", "1. X.", "2. X.", "B. TWO", "3. X.", "4. X."], [0, 1, 1, 0, 1, 1]),
        (["• x", "◦ y", "• z", "◦ u"], [0, 1, 0, 1]),
        (["Chapter 1. One.", "§ 1. X.", "Chapter 2. Two.", "§ 2. X."], [0, 1, 0, 1]),
        (["§ 1. X.", "(1) X.", "1. X.", "2. X.", "(2) X.", "1. X.", "§ 2. X."], [0, 1, 2, 2, 1, 2, 0]),
        (
            ["Subchapter I. One.", "Part A. X.", "§ 1-1. Y.", "Part B. Z.", "Subchapter II. Two."],
            [0, 1, 2, 1, 0],
        ),
    ],
)
def test_the_sequence_decides_how_deep_a_number_stands(lines: list[str], levels: list[int]) -> None:
    assert [node.level for node in outline("\n".join(lines)).nodes] == levels


def test_numbers_in_one_line_open_one_in_the_other() -> None:
    nodes = outline("(a)(1) There is.\n(2) There was.\n(b) No.").nodes
    assert [(node.number, node.level, node.span.start) for node in nodes] == [
        ("a", 0, 0),
        ("1", 1, 3),
        ("2", 1, 17),
        ("b", 0, 32),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Section 4.2 of the Agreement provides that it ends.",
        "Section 94(8) provides:",
        "Article 6 read with the provisions of the Act is clear.",
        "Title II of the Made Act is amended.",
        "Title to the land passes.",
        "12 March 2020 was a day.",
        "3 million pounds were paid.",
        "5.5 % of it is due.",
        "“(B) quoted amending text;",
        "“SEC. 606. QUOTED SECTION.",
        "(SEAL)",
        "Mr. Smith spoke.",
        "1 | 2 | a row of a table",
        "2019 was a year.",
        "(b) of this section, and",
    ],
)
def test_references_dates_names_and_quotations_are_no_parts(line: str) -> None:
    found = tree("1. One.", line, "2. Two.")
    assert found == ["1 | One", "2 | Two"]


@pytest.mark.parametrize(
    ("line", "kind", "number", "heading"),
    [
        ("ARTICLE IV", NodeKind.ARTICLE, "IV", ""),
        ("Article Two. Term", NodeKind.ARTICLE, "Two", "Term"),
        ("§ 38–2602.01. Findings.", NodeKind.SECTION, "38–2602.01", "Findings"),
        ("Regulation 3. Scope", NodeKind.RULE, "3", "Scope"),
        ("Kapitel 2: Pflichten", NodeKind.CHAPTER, "2", "Pflichten"),
        ("Erster Teil", NodeKind.PART, "Erster", ""),
        ("Artículo 3.º Objeto", NodeKind.ARTICLE, "3", "Objeto"),
        ("Article 1er. Objet", NodeKind.ARTICLE, "1", "Objet"),
        ("Titolo II - Obblighi", NodeKind.TITLE, "II", "Obblighi"),
        ("Seção 4. Prazo", NodeKind.SECTION, "4", "Prazo"),
        ("Anlage A", NodeKind.ANNEX, "A", ""),
        ("Schedule 2 – Fees", NodeKind.SCHEDULE, "2", "Fees"),
        ("12bis. Later Added", NodeKind.PARAGRAPH, "12bis", "Later Added"),
        ("4-101. Short Title.", NodeKind.PARAGRAPH, "4-101", "Short Title"),
        ("[12] The court sat.", NodeKind.PARAGRAPH, "12", ""),
    ],
)
def test_names_and_numbers_of_six_languages(line: str, kind: NodeKind, number: str, heading: str) -> None:
    (node,) = outline(line).nodes
    assert (node.kind, node.number, node.heading) == (kind, number, heading)
    assert node.label is not None
    assert number in node.label.of(line)


def test_a_table_of_contents_lists_parts_and_has_none() -> None:
    entries = ["1. Term", "2. Fees", "3. Law"]
    body = [line for entry in entries for line in (entry, "The parties agree on this at some length.")]
    assert tree("TABLE OF CONTENTS", *entries, *body) == ["1 | Term", "2 | Fees", "3 | Law"]
    dotted = [f"{entry} ........ {page}" for page, entry in enumerate(entries, 2)]
    assert tree(*dotted, *body) == ["1 | Term", "2 | Fees", "3 | Law"]


def test_a_contract_has_preamble_recitals_terms_signatures_and_schedules() -> None:
    assert tree(
        "SERVICE AGREEMENT",
        "This Agreement is made on 1 May 2020 between A Ltd and B Ltd.",
        "WHEREAS, A Ltd wants services; and",
        "WHEREAS, B Ltd has them.",
        "NOW, THEREFORE, the parties agree as follows:",
        "1. Definitions",
        "“Fees” means what is paid.",
        "“Services” means:",
        "(a) some; and",
        "(b) others.",
        "1.1 Headings are ignored.",
        "2. Fees. The Fees are paid in advance.",
        "IN WITNESS WHEREOF the parties have signed.",
        "By: A",
        "Name: A",
        "Title: A",
        "SCHEDULE 1",
        "Price List",
        "1. One pound.",
    ) == [
        "preamble",
        "  recital",
        "  recital",
        "1 | Definitions",
        "  definition | Fees",
        "  definition | Services",
        "    a",
        "    b",
        "  1.1",
        "2 | Fees",
        "signature",
        "1 | Price List",
        "  1",
    ]


def test_what_is_resolved_is_a_section_without_a_number() -> None:
    assert tree("Resolved by the Senate,", "That Congress—", "(1) thanks;", "(2) ends.") == [
        "section",
        "  1",
        "  2",
    ]


def test_cross_headings_of_bare_text_enclose_nothing() -> None:
    assert tree("1. The court sat.", "The Facts", "2. They were plain.", "Short note.", "3. It rose.") == [
        "1",
        "heading | The Facts",
        "2",
        "3",
    ]


def test_set_headings_enclose_by_their_level() -> None:
    heading, paragraph = BlockKind.HEADING, BlockKind.PARAGRAPH
    document = blocks(
        ("Facts", heading, 1),
        ("1. The court sat.", paragraph, 0),
        ("Witnesses", heading, 2),
        ("2. They spoke.", paragraph, 0),
        ("Law", heading, 1),
        ("3. It is clear.", paragraph, 0),
    )
    assert drawn(document) == [
        "heading | Facts",
        "  1",
        "  heading | Witnesses",
        "    2",
        "heading | Law",
        "  3",
    ]


def test_tables_and_code_have_no_parts() -> None:
    assert drawn(blocks(("1. One", BlockKind.TABLE, 0), ("2. Two", BlockKind.CODE, 0))) == []


def test_parts_that_run_on_in_one_long_line_are_found() -> None:
    filling = "The parties agree on this and that and more of it. " * 20
    line = (
        f"1. Term. {filling}2. Fees. {filling}(a) One fee. {filling}(b) Another. {filling}3. Law. {filling}"
    )
    assert tree(line) == ["1 | Term", "2 | Fees", "  a", "  b | Another", "3 | Law"]


def test_an_enacted_title_stands_in_its_section() -> None:
    assert tree(
        "SEC. 3. ENACTMENT OF TITLE 54.",
        "Title 54, Made Code, is enacted as follows:",
        "TITLE 54— PARKS",
        "§ 101. Rule",
        "SEC. 4. REPEALS.",
    ) == ["3 | ENACTMENT OF TITLE 54", "  54 | PARKS", "    101 | Rule", "4 | REPEALS"]


def test_an_act_that_begins_anew_stands_beside_the_titles_of_the_last() -> None:
    assert tree(
        "TITLE I— ONE",
        "SEC. 101. FIRST.",
        "SEC. 102. SECOND.",
        "SECTION 1. SHORT TITLE.",
        "SEC. 2. REST.",
    ) == ["I | ONE", "  101 | FIRST", "  102 | SECOND", "1 | SHORT TITLE", "2 | REST"]


def test_numbers_torn_from_what_they_number_are_none() -> None:
    assert tree("1.", "2.", "3.", "The parties agree.") == ["3"]


def test_how_a_document_was_filed_is_no_part_of_it() -> None:
    assert tree("Exhibit 10.27", "1. Term", "2. Fees", "Exhibit A", "1. Prices") == [
        "1 | Term",
        "2 | Fees",
        "A",
        "  1 | Prices",
    ]


def test_words_of_agreement_in_the_body_end_nothing() -> None:
    assert tree("ARTICLE I TERM", "Section 1", "The parties agree as follows:", "Section 2") == [
        "I | TERM",
        "  1",
        "  2",
    ]


def test_parts_of_markdown_begin_with_their_markup() -> None:
    text = "# Lease\n\n## 1. Term\n\nLong.\n\n- (a) one;\n- (b) two.\n\n## Background ##\n\n1. first\n"
    document = extract(text.encode(), "lease.md")
    assert drawn(document) == ["1 | Term", "  a", "  b", "heading | Background", "  1"]
    assert [text[node.span.start] for node in outline_of(document).nodes] == ["#", "-", "-", "#", "1"]


def test_french_and_german_statutes() -> None:
    assert tree(
        "TITRE PREMIER",
        "Dispositions générales",
        "Chapitre Ier : Objet",
        "Article 1er",
        "Elle fixe :",
        "1° Un ;",
        "2° Deux.",
        "Annexe II",
    ) == ["PREMIER | Dispositions générales", "  I | Objet", "    1", "      1", "      2 | Deux", "II"]
    assert tree("Erster Teil", "§ 1 Zweck", "(1) Er gilt:", "1. hier,", "2. dort.", "§ 2 Begriffe") == [
        "Erster",
        "  1 | Zweck",
        "    1",
        "      1",
        "      2",
        "  2 | Begriffe",
    ]
