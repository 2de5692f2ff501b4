import pytest

from models.document import Document, DropReason
from models.errors import CorruptDocument
from models.laws import check_document
from services.extraction.extract import extract
from tests.unit.extraction.office import (
    STRICT_WORD,
    abstract,
    concrete,
    in_list,
    level,
    paragraph,
    word,
    zipped,
)

LEGAL = abstract(
    0,
    level(0, "Article %1.", "upperRoman"),
    level(1, "%1.%2", more="<w:isLgl/>"),
    level(2, "(%3)", "lowerLetter"),
    level(3, "(%4)", "lowerRoman", more='<w:lvlRestart w:val="1"/>'),
)


def texts(document: Document) -> list[str]:
    check_document(document)
    return [block.span.of(document.text) for block in document.blocks]


def dropped(document: Document, reason: DropReason) -> list[str]:
    return [drop.text for drop in document.drops if drop.reason is reason]


def test_lists_count_restart_and_show_the_levels_above() -> None:
    body = "".join(
        in_list(text, 1, place)
        for text, place in (("A", 0), ("B", 1), ("c", 2), ("d", 2), ("E", 1), ("f", 2), ("G", 0), ("H", 1))
    )
    document = extract(word(body, numbering=LEGAL + concrete(1, 0)))
    assert texts(document) == [
        "Article I. A",
        "1.1 B",
        "(a) c",
        "(b) d",
        "1.2 E",
        "(a) f",
        "Article II. G",
        "2.1 H",
    ]
    assert [block.level for block in document.blocks] == [1, 2, 3, 3, 2, 3, 1, 2]


def test_a_level_restarts_only_after_the_level_it_names() -> None:
    body = "".join(in_list("x", 1, place) for place in (0, 2, 3, 2, 3, 0, 3))
    document = extract(word(body, numbering=LEGAL + concrete(1, 0)))
    assert [text for text in texts(document) if text.startswith("(i")] == ["(i) x", "(ii) x", "(i) x"]


def test_lists_of_one_abstract_list_go_on_counting_unless_one_says_where_it_starts() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    lists = abstract(0, level(0, "%1)")) + concrete(1, 0) + concrete(2, 0) + concrete(3, 0, start)
    body = "".join(in_list("x", number) for number in (1, 2, 1, 3, 3, 1))
    assert texts(extract(word(body, numbering=lists))) == ["1) x", "2) x", "3) x", "7) x", "8) x", "9) x"]


def test_an_override_replaces_how_a_level_looks() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "§ %1", "ordinal")}</w:lvlOverride>'
    lists = abstract(0, level(0, "%1.")) + concrete(1, 0) + concrete(2, 0, override)
    assert texts(extract(word(in_list("x", 1) + in_list("y", 2), numbering=lists))) == ["1. x", "§ 2nd y"]


STYLES = """
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/>
  <w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="My own"/><w:basedOn w:val="H2"/></w:style>
<w:style w:type="numbering" w:styleId="Legal"><w:name w:val="Legal"/>
  <w:pPr><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr></w:style>
"""


def styled(text: str, style: str, more: str = "") -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>{more}')


def test_headings_take_their_numbers_from_the_chain_of_their_styles() -> None:
    body = styled("One", "H1") + styled("Two", "H2") + styled("Three", "Own")
    body += styled("Bare", "H2", '<w:numPr><w:numId w:val="0"/></w:numPr>') + styled("Four", "H2")
    document = extract(word(body, styles=STYLES, numbering=LEGAL + concrete(1, 0)))
    assert texts(document) == ["Article I. One", "1.1 Two", "1.2 Three", "Bare", "1.3 Four"]
    assert [block.level for block in document.blocks] == [1, 2, 2, 2, 2]


def test_a_list_may_borrow_its_levels_from_a_numbering_style() -> None:
    borrowing = '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
    lists = LEGAL + borrowing + concrete(1, 5) + concrete(9, 0)
    assert texts(extract(word(in_list("x", 1), styles=STYLES, numbering=lists))) == ["Article I. x"]


def test_an_outlined_paragraph_that_is_a_whole_clause_is_no_heading() -> None:
    body = styled("word " * 60, "H2") + styled("Short", "H2")
    document = extract(word(body, styles=STYLES, numbering=LEGAL + concrete(1, 0)))
    assert [block.kind.value for block in document.blocks] == ["list_item", "heading"]


def test_bullets_are_not_text_and_hidden_items_do_not_count() -> None:
    lists = abstract(0, level(0, "%1.")) + abstract(1, level(0, "\uf0b7", "bullet"))
    lists += concrete(1, 0) + concrete(2, 1)
    deleted = in_list("gone", 1).replace("<w:r>", "<w:del><w:r>").replace("</w:r>", "</w:r></w:del>")
    body = in_list("a", 1) + deleted + in_list("b", 1) + in_list("c", 2)
    document = extract(word(body, numbering=lists))
    assert texts(document) == ["1. a", "2. b", "c"]
    assert dropped(document, DropReason.DELETED_TEXT) == ["gone"]


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next() -> None:
    body = paragraph("first ", "<w:rPr><w:del/></w:rPr>") + paragraph("second")
    assert texts(extract(word(body))) == ["first second"]


def test_deleted_rows_are_declared() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = "<w:tr>{}" + cell.format("a") + cell.format("b") + "</w:tr>"
    table = f"<w:tbl>{row.format('')}{row.format('<w:trPr><w:del/></w:trPr>')}</w:tbl>"
    document = extract(word(table))
    assert texts(document) == ["a | b"]
    assert dropped(document, DropReason.DELETED_TEXT) == ["a b"]


def test_hidden_text_is_declared_whether_a_run_or_its_style_hides_it() -> None:
    runs = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
    body = "<w:p>" + runs.format("<w:vanish/>", "one ") + runs.format('<w:rStyle w:val="Ghost"/>', "two ")
    body += runs.format('<w:rStyle w:val="Ghost"/><w:vanish w:val="0"/>', "seen") + "</w:p>"
    document = extract(word(body, styles=STYLES))
    assert texts(document) == ["seen"]
    assert dropped(document, DropReason.HIDDEN_TEXT) == ["one two"]


def field(*steps: str) -> str:
    kinds = {"{": "begin", "|": "separate", "}": "end"}
    runs = (f'<w:fldChar w:fldCharType="{kinds[s]}"/>' if s in kinds else s for s in steps)
    return "<w:p>" + "".join(f"<w:r>{run}</w:r>" for run in runs) + "</w:p>"


def test_fields_show_their_results_not_their_codes() -> None:
    code, inner, result = "<w:instrText> IF </w:instrText>", "<w:t>inner</w:t>", "<w:t>result</w:t>"
    document = extract(word(field("{", code, "{", code, "|", inner, "}", "|", result, "}")))
    assert texts(document) == ["result"]
    assert dropped(document, DropReason.MARKUP) == ["code of a field: inner"]


def test_a_field_that_never_ends_hides_nothing_but_its_own_paragraph() -> None:
    assert texts(extract(word(field("{", "<w:t>x</w:t>") + paragraph("seen")))) == ["seen"]


def test_notes_follow_the_block_that_refers_to_them() -> None:
    footnotes = "".join(
        f'<w:footnote w:id="{name}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> {text}</w:t></w:r></w:p>'
        "</w:footnote>"
        for name, text in ((3, "late"), (5, "early"))
    )
    endnotes = '<w:endnote w:id="1"><w:p><w:r><w:t>at the end</w:t></w:r></w:p></w:endnote>'
    separator = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>'
    refer = '<w:p><w:r><w:t>{}</w:t></w:r><w:r><w:{}Reference w:id="{}"/></w:r></w:p>'
    body = (
        refer.format("A", "footnote", 5) + refer.format("B", "endnote", 1) + refer.format("C", "footnote", 3)
    )
    document = extract(word(body, footnotes=separator + footnotes, endnotes=endnotes))
    assert texts(document) == ["A[1]", "[1] early", "B[i]", "C[2]", "[2] late", "[i] at the end"]


def test_merged_cells_are_one_cell_of_the_table() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    wide, top, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    header = "<w:trPr><w:tblHeader/></w:trPr>"
    rows = (
        header + cell("k", top) + cell("v", wide),
        cell("", on) + cell("1") + cell("2"),
        '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("3") + cell("4"),
    )
    document = extract(word("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"))
    assert document.text == "k | v\n| 1 | 2\n| 3 | 4"
    (table,) = document.tables
    found = [(c.span.of(document.text), c.row, c.column, c.row_span, c.column_span) for c in table.cells]
    assert found == [
        ("k", 0, 0, 2, 1),
        ("v", 0, 1, 1, 2),
        ("1", 1, 1, 1, 1),
        ("2", 1, 2, 1, 1),
        ("3", 2, 1, 1, 1),
        ("4", 2, 2, 1, 1),
    ]
    assert [cell.is_header for cell in table.cells] == [True, True, False, False, False, False]
    assert (table.rows, table.columns) == (3, 3)


def test_a_table_that_only_lays_out_is_read_like_a_page() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('1')}</w:tc><w:tc>{paragraph('2')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('left')}</w:tc><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    document = extract(word(outer))
    assert texts(document) == ["left", "1 | 2"]
    assert len(document.tables) == 1


def test_formulas_symbols_breaks_and_boxes_are_text() -> None:
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    part = "<m:r><m:t>{}</m:t></m:r>"
    formula = (
        f'<w:p><m:oMath xmlns:m="{math}"><m:f><m:num>{part.format("a")}</m:num>'
        f"<m:den>{part.format('b')}</m:den></m:f><m:sSup><m:e>{part.format('x')}</m:e><m:sup>{part.format('2')}</m:sup></m:sSup></m:oMath></w:p>"
    )
    signs = '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>yes</w:t><w:br w:type="page"/>'
    signs += "<w:t>co</w:t><w:softHyphen/><w:t>op</w:t></w:r></w:p>"
    document = extract(word(formula + signs))
    assert texts(document) == ["(a)/(b)x^2", "☑yes\ncoop"]
    assert document.blocks[0].kind.value == "formula"
    assert dropped(document, DropReason.MARKUP) == ["optional hyphens: 1"]


def test_what_is_beside_the_text_is_declared() -> None:
    document = extract(
        word(
            paragraph("body"),
            header=paragraph("Page") + paragraph("one"),
            footer=paragraph("foot"),
            comments=f'<w:comment w:id="0">{paragraph("really?")}</w:comment>',
        )
    )
    assert texts(document) == ["body"]
    assert [(drop.reason.value, drop.text) for drop in document.drops] == [
        ("running_header", "Page one"),
        ("running_footer", "foot"),
        ("comment", "really?"),
    ]


def test_strict_office_files_are_read_like_the_others() -> None:
    relations = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    lists = LEGAL + concrete(1, 0)
    data = word(in_list("x", 1), namespace=STRICT_WORD, relations=relations, numbering=lists)
    assert texts(extract(data)) == ["Article I. x"]


@pytest.mark.parametrize("name", ["a.docm", "a.dotx", "a.dotm", "a.docx"])
def test_documents_with_macros_and_templates_are_word_documents(name: str) -> None:
    assert texts(extract(word(paragraph("x")), name)) == ["x"]


def test_a_part_with_a_document_type_is_refused() -> None:
    with pytest.raises(CorruptDocument):
        extract(zipped({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}))
