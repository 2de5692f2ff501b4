"""RTF as word processors write it."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import Document, DropReason
from models.errors import DocumentError, NestingLimit
from models.laws import check_document
from services.extraction.extract import extract

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset204{\*\panose 02}Arial Cyr;}"
    r"{\f2\fcharset128 MS Mincho;}}{\colortbl;\red0\green0\blue0;}"
    r"{\stylesheet{Normal;}{\s1\outlinelevel0 heading 1;}{\s2 Heading 2;}{\s5 Title;}}"
    r"{\info{\title A {\b title}}{\author Ann}{\creatim\yr2020}}"
)


def rtf(body: str) -> Document:
    document = extract(f"{HEAD}{body}}}".encode("latin-1"))
    check_document(document)
    return document


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.span.of(document.text)) for block in document.blocks]


def declared(document: Document) -> list[tuple[DropReason, str]]:
    return [(drop.reason, drop.text) for drop in document.drops]


def test_paragraphs_styles_and_metadata() -> None:
    document = rtf(
        r"\pard\s5 The Title\par\pard\s1 Scope\par\pard\s2 Goods\par"
        r"\pard\plain One {\b bold} word,\line next line\tab end.\par\pard\outlinelevel2 Deep\par}"
    )
    assert blocks(document) == [
        ("title", 0, "The Title"),
        ("heading", 1, "Scope"),
        ("heading", 2, "Goods"),
        ("paragraph", 0, "One bold word,\nnext line\tend."),
        ("heading", 3, "Deep"),
    ]
    assert document.metadata == {"title": "A title", "author": "Ann"}
    assert document.media_type == "application/rtf"


def test_characters_in_the_encodings_of_their_fonts() -> None:
    document = rtf(
        r"caf\'e9 \u8364\'80 \uc2\u12354??x \uc1\u-10179?\u-8704? {\f1 \'cf\'f0\'e8} {\f2 \'93\'fa\'96\'7b}"
        r" \emdash\ldblquote a\rdblquote\~\{b\}\\ co\-op\par"
    )
    assert document.text == "café € あx 😀 При 日本 —“a”\u00a0{b}\\ coop"
    assert declared(document) == [(DropReason.MARKUP, "optional hyphens: 1")]


def test_numbers_of_lists_are_text_and_bullets_are_not() -> None:
    document = rtf(
        r"\pard\ls1{\listtext\f0 1.\tab}one\par\pard\ls1\ilvl1{\listtext (a)\tab}deep\par"
        r"\pard\ls2{\listtext\'b7\tab}dot\par{\pntext 2)\tab}old\par"
    )
    assert blocks(document) == [
        ("list_item", 1, "1. one"),
        ("list_item", 2, "(a) deep"),
        ("list_item", 1, "dot"),
        ("list_item", 1, "2) old"),
    ]


def test_tables_have_rows_cells_and_headers() -> None:
    document = rtf(
        r"before\par\trowd\trhdr\cellx1\cellx2\pard\intbl k\cell v\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl one\par two\cell 2\cell\row\pard after\par"
    )
    assert [text for _, _, text in blocks(document)] == ["before", "k | v\none two | 2", "after"]
    (table,) = document.tables
    assert [cell.is_header for cell in table.cells] == [True, True, False, False]


def test_notes_follow_their_block_and_signs_lead_to_them() -> None:
    note = r"{\super\chftn}{\footnote\pard {\super\chftn} said %s}"
    document = rtf(rf"A{note % 'first'}, B{note % 'second'}.\par C\par")
    assert [text for _, _, text in blocks(document)] == [
        "A[1], B[2].",
        "[1] said first",
        "[2] said second",
        "C",
    ]
    assert [link.target.of(document.text) for link in document.apparatus.links] == [
        "[1] said first",
        "[2] said second",
    ]


def test_links_are_fields() -> None:
    field = r'{\field{\*\fldinst{HYPERLINK "https://a.example/"}}{\fldrslt{\ul the page}}}'
    document = rtf(rf"see {field} or {{\field{{\*\fldinst PAGE}}{{\fldrslt 7}}}}\par")
    assert document.text == "see the page or 7"
    assert [(link.span.of(document.text), link.uri) for link in document.apparatus.hyperlinks] == [
        ("the page", "https://a.example/")
    ]


def test_what_is_beside_the_text_is_declared() -> None:
    document = rtf(
        r"{\header Secret{\pict 00ff}\par}{\footer Page {\field{\*\fldinst PAGE}}\par}"
        r"seen{\v  hidden \b text}{\deleted gone}{\*\annotation really?}{\*\unknown lost}"
        r"{\pict\wmetafile8 0102}\par"
    )
    assert document.text == "seen"
    assert set(declared(document)) == {
        (DropReason.RUNNING_HEADER, "Secret"),
        (DropReason.RUNNING_FOOTER, "Page"),
        (DropReason.COMMENT, "really?"),
        (DropReason.HIDDEN_TEXT, "hidden text"),
        (DropReason.DELETED_TEXT, "gone"),
        (DropReason.MARKUP, "picture: 2"),
        (DropReason.MARKUP, "characters in unknown parts: 4"),
    }


def test_text_boxes_are_paragraphs_of_their_own() -> None:
    box = r"{\shp{\*\shpinst\shpleft0{\sp{\sn a}{\sv 1}}{\shptxt\pard in the box\par}}{\shprslt again}}"
    assert [text for _, _, text in blocks(rtf(rf"a{box}b\par"))] == ["a", "in the box", "b"]


def test_binary_data_is_stepped_over() -> None:
    assert rtf(r"a{\pict\bin5 }{}\x}b\par").text == "ab"


@pytest.mark.parametrize(
    "body",
    [
        "{" * 50,
        r"\u",
        r"\'",
        "\\",
        r"\bin999999999999 x",
        r"{\fonttbl{\f0",
        r"\intbl a\cell b",
        r"{\footnote x",
    ],
)
def test_files_that_break_off_are_read_as_far_as_they_go(body: str) -> None:
    document = extract(f"{HEAD}text\\par {body}".encode())
    check_document(document)
    assert document.text.startswith("text")


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(NestingLimit):
        extract(b"{\\rtf1 " + b"{" * 100_000)


WORDS = (
    r"{ } \par \cell \row \intbl \pard {\footnote {\header {\pict {\field{\*\fldinst \chftn \u233? \'e9 \v "
    r"\v0 \s1 {\listtext {\*\x text {\shptxt {\fldrslt \trowd {\info {\title {\stylesheet"
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=40))
def test_any_order_of_words_is_a_document_or_a_typed_error(words: list[str]) -> None:
    with suppress(DocumentError):
        check_document(extract((r"{\rtf1 a " + " ".join(words)).encode()))
