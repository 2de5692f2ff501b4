"""OpenDocument texts made of the XML under test."""

import io
import zipfile

import pytest

from models.document import Document, DropReason
from models.errors import CorruptDocument, EncryptedDocument, ExpansionLimit, NestingLimit, UnsupportedType
from models.laws import check_document
from services.extraction.extract import extract

NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("meta", "meta"),
        ("svg", "svg-compatible"),
    )
)
NAMES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
TYPE = "application/vnd.oasis.opendocument.text"


def packed(parts: dict[str, str], kind: str = TYPE) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        for name, text in parts.items():
            archive.writestr(name, text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def content(body: str, styles: str = "") -> str:
    return (
        f"<office:document-content{NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )


def odt(body: str, styles: str = "", **parts: str) -> Document:
    document = extract(packed({"content.xml": content(body, styles), **parts}))
    check_document(document)
    return document


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.span.of(document.text)) for block in document.blocks]


def level(place: int, more: str, kind: str = "list-level-style-number") -> str:
    return f'<text:{kind} text:level="{place}" {more}/>'


def listed(*items: str, more: str = "") -> str:
    return f'<text:list text:style-name="L" {more}>{"".join(items)}</text:list>'


def item(text: str, inner: str = "", more: str = "") -> str:
    return f"<text:list-item {more}><text:p>{text}</text:p>{inner}</text:list-item>"


NUMBERED = (
    '<text:list-style style:name="L">'
    + level(1, 'style:num-format="1" style:num-suffix="."')
    + level(2, 'style:num-format="a" style:num-prefix="(" style:num-suffix=")"')
    + level(3, 'style:num-format="i" text:display-levels="3"')
    + "</text:list-style>"
)


def test_paragraphs_headings_spaces_and_breaks() -> None:
    document = odt(
        '<text:h text:outline-level="1">Scope <text:span>of</text:span></text:h>'
        '<text:p>one  two<text:s text:c="3"/>three<text:tab/>four<text:line-break/>five</text:p>'
        "<text:section><text:p>in a section</text:p></text:section><text:p/>"
        '<text:h text:outline-level="9">Deep</text:h>'
    )
    assert blocks(document) == [
        ("heading", 1, "Scope of"),
        ("paragraph", 0, "one two   three\tfour\nfive"),
        ("paragraph", 0, "in a section"),
        ("heading", 6, "Deep"),
    ]
    assert document.media_type == TYPE


def test_lists_count_as_they_are_shown() -> None:
    deep = listed(item("x", listed(item("z"))), item("y"))
    body = listed(item("one", deep), item("two", more='text:start-value="7"'), item("three"))
    body += listed(item("again")) + listed(item("on"), more='text:continue-numbering="true"')
    document = odt(body, NUMBERED)
    assert blocks(document) == [
        ("list_item", 1, "1. one"),
        ("list_item", 2, "(a) x"),
        ("list_item", 3, "1.a.i z"),
        ("list_item", 2, "(b) y"),
        ("list_item", 1, "7. two"),
        ("list_item", 1, "8. three"),
        ("list_item", 1, "1. again"),
        ("list_item", 1, "2. on"),
    ]


def test_bullets_are_not_text_and_headings_may_be_numbered() -> None:
    bullets = (
        '<text:list-style style:name="L">' + level(1, "", "list-level-style-bullet") + "</text:list-style>"
    )
    outline = "<text:outline-style>" + level(
        1, 'style:num-format="I" style:num-suffix="."', "outline-level-style"
    )
    styles = f"<office:document-styles{NAMES}>{outline}</text:outline-style></office:document-styles>"
    heading = '<text:h text:outline-level="1">{}</text:h>'
    body = heading.format("A") + listed(item("dot")) + heading.format("B")
    document = odt(body, bullets, **{"styles.xml": styles})
    assert [text for _, _, text in blocks(document)] == ["I. A", "dot", "II. B"]


def test_tables_have_spans_and_headers() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    wide = cell("v", 'table:number-columns-spanned="2"') + "<table:covered-table-cell/>"
    twice = cell("b", 'table:number-columns-repeated="2"')
    body = (
        "<table:table><table:table-header-rows>"
        f"<table:table-row>{cell('k')}{wide}</table:table-row></table:table-header-rows>"
        f"<table:table-row>{cell('a')}{twice}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1000"><table:table-cell/></table:table-row>'
        "</table:table>"
    )
    document = odt(body)
    assert document.text == "k | v\na | b | b"
    (table,) = document.tables
    assert [(c.row, c.column, c.column_span, c.is_header) for c in table.cells] == [
        (0, 0, 1, True),
        (0, 1, 2, True),
        (1, 0, 1, False),
        (1, 1, 1, False),
        (1, 2, 1, False),
    ]


def test_notes_links_and_text_boxes() -> None:
    note = (
        '<text:note text:id="n{0}" text:note-class="{1}"><text:note-citation>{0}</text:note-citation>'
        '<text:note-body><text:p>said <text:a xlink:href="#x">{1}</text:a></text:p></text:note-body>'
        "</text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box></draw:frame>"
    document = odt(
        f"<text:p>A{note.format(1, 'footnote')} and B{note.format(2, 'endnote')}{box}, see "
        '<text:a xlink:href="https://a.example/">the <text:span>page</text:span></text:a>.</text:p>'
        "<text:p>C</text:p>"
    )
    assert [text for _, _, text in blocks(document)] == [
        "A[1] and B[2], see the page.",
        "[1] said footnote",
        "in a box",
        "C",
        "[2] said endnote",
    ]
    text = document.text
    assert [(link.span.of(text), link.uri) for link in document.apparatus.hyperlinks] == [
        ("the page", "https://a.example/"),
        ("footnote", "#x"),
        ("endnote", "#x"),
    ]
    assert [(link.source.of(text), link.target.of(text)) for link in document.apparatus.links] == [
        ("[1]", "[1] said footnote"),
        ("[2]", "[2] said endnote"),
    ]


def test_what_is_beside_the_text_is_declared() -> None:
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    picture = "<draw:frame><draw:image/><svg:title>A seal</svg:title></draw:frame>"
    comment = "<office:annotation><dc:creator>Ann</dc:creator><text:p>really?</text:p></office:annotation>"
    hidden = '<text:hidden-text text:string-value="secret"/>'
    edge = "<style:master-page><style:header><text:p>Head</text:p></style:header></style:master-page>"
    document = odt(
        f"{changes}<text:p>seen{picture}{comment}{hidden}</text:p>",
        **{
            "styles.xml": f"<office:document-styles{NAMES}>{edge}</office:document-styles>",
            "meta.xml": f"<office:document-meta{NAMES}><dc:title>T</dc:title></office:document-meta>",
            "Object 1/content.xml": "<math/>",
        },
    )
    assert document.text == "seen"
    assert [(drop.reason, drop.text) for drop in document.drops] == [
        (DropReason.RUNNING_HEADER, "Head"),
        (DropReason.DELETED_TEXT, "gone"),
        (DropReason.MARKUP, "picture: A seal"),
        (DropReason.COMMENT, "really?"),
        (DropReason.HIDDEN_TEXT, "secret"),
        (DropReason.ATTACHMENT, "embedded object: Object 1/content.xml"),
    ]
    assert document.metadata == {"title": "T"}


MANY = (
    '<table:table><table:table-row table:number-rows-repeated="100">'
    + '<table:table-cell table:number-columns-repeated="100"><text:p>a</text:p></table:table-cell>' * 21
    + "</table:table-row></table:table>"
)
LIST = "<text:list><text:list-item>"


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"content.xml": "<x/>"}, CorruptDocument),
        ({"content.xml": "no XML"}, CorruptDocument),
        ({"content.xml": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{content('&a;')}"}, CorruptDocument),
        ({"content.xml": content(LIST * 110 + "</text:list-item></text:list>" * 110)}, NestingLimit),
        ({"content.xml": content(MANY)}, ExpansionLimit),
        ({"content.xml": content(""), "../x": ""}, CorruptDocument),
        ({"content.xml": content(""), "Pictures/a": " " * 3_000_000}, ExpansionLimit),
        (
            {"content.xml": content(""), "META-INF/manifest.xml": "<manifest:encryption-data/>"},
            EncryptedDocument,
        ),
    ],
)
def test_broken_and_hostile_files_end_in_typed_errors(parts: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        extract(packed(parts))


def test_other_open_documents_are_named() -> None:
    with pytest.raises(UnsupportedType, match="OpenDocument"):
        extract(packed({"content.xml": content("")}, "application/vnd.oasis.opendocument.spreadsheet"))


def test_the_name_decides_nothing() -> None:
    body = content("<text:p>text</text:p>")
    assert extract(packed({"content.xml": body}), "letter.zip").text == "text"
    assert extract(packed({"content.xml": body}, f"{TYPE}-template"), "letter.ott").text == "text"
