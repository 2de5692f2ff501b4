import pytest

from models.document import Document, DropReason
from models.errors import CorruptDocument, NestingLimit
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.statutes import read_statute

USLM = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="uslm.css"?>
<{0}bill xmlns{1}="http://schemas.gpo.gov/xml/uslm"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<{0}meta><dc:title>A Bill</dc:title><{0}docNumber>7</{0}docNumber></{0}meta>
<{0}main><{0}longTitle><{0}docTitle>A BILL</{0}docTitle></{0}longTitle>
 <{0}title><{0}num value="I">TITLE I—</{0}num><{0}heading>General</{0}heading>
 <{0}section><{0}num>SEC. 2. </{0}num><{0}heading>Definitions.</{0}heading>
  <{0}subsection><{0}num>(a)</{0}num><{0}heading> In general.—</{0}heading>
   <{0}chapeau>In this <{0}term>Act</{0}term>—</{0}chapeau>
   <{0}paragraph><{0}num>(1)</{0}num><{0}content>one;
     <{0}footnote><{0}num>3</{0}num> See <i>it</i>.</{0}footnote>
     and</{0}content></{0}paragraph>
   <{0}continuation>and so on.</{0}continuation>
  </{0}subsection>
  <{0}subsection><{0}num>(b)</{0}num><{0}content>Add the following: <{0}quotedContent>
   <{0}section><{0}num>“§ 9.</{0}num><{0}heading>New</{0}heading>
    <{0}content>text.”</{0}content></{0}section></{0}quotedContent></{0}content></{0}subsection>
 </{0}section></{0}title><{0}page>12</{0}page></{0}main></{0}bill>"""

AKN = """<akomaNtoso xmlns="{}"><act><meta><identification><FRBRWork><FRBRname value="The Act"/></FRBRWork>
</identification></meta><body>
<chapter><num>Chapter 2</num><article><num>Article 5</num><heading>Scope</heading>
<paragraph><num>1.</num><content><p>It applies<authorialNote marker="4">
  <p>A note.</p></authorialNote> to all.</p>
<table><tr><th colspan="2">k</th></tr><tr><td>a</td><td>b</td></tr></table></content></paragraph>
</article></chapter></body></act></akomaNtoso>"""


def outline(document: Document) -> list[tuple[str, int, str]]:
    check_document(document)
    return [(block.kind.value, block.level, block.span.of(document.text)) for block in document.blocks]


@pytest.mark.parametrize(("prefix", "declared"), [("", ""), ("u:", ":u")])
def test_the_hierarchy_of_a_bill_comes_from_the_file_in_any_namespace_prefix(
    prefix: str, declared: str
) -> None:
    document = extract(USLM.format(prefix, declared).encode(), "bill.xml")
    assert document.media_type == "application/uslm+xml"
    assert outline(document) == [
        ("paragraph", 0, "A BILL"),
        ("heading", 1, "TITLE I— General"),
        ("heading", 2, "SEC. 2. Definitions."),
        ("list_item", 1, "(a) In general.— In this Act—"),
        ("list_item", 2, "(1) one; and"),
        ("footnote", 0, "3 See it."),
        ("list_item", 1, "and so on."),
        ("list_item", 1, "(b) Add the following:"),
        ("quote", 0, "“§ 9. New text.”"),
    ]
    assert document.metadata == {"title": "A Bill", "number": "7"}
    assert [drop.text for drop in document.drops if drop.reason is DropReason.PAGE_NUMBER] == ["12"]


@pytest.mark.parametrize(
    "namespace", ["http://docs.oasis-open.org/legaldocml/ns/akn/3.0", "http://www.akomantoso.org/2.0"]
)
def test_akoma_ntoso_of_any_version_gives_headings_notes_and_tables(namespace: str) -> None:
    document = extract(AKN.format(namespace).encode(), "act.akn")
    assert document.media_type == "application/akn+xml"
    assert outline(document) == [
        ("heading", 1, "Chapter 2"),
        ("heading", 2, "Article 5 Scope"),
        ("list_item", 1, "1. It applies[4] to all."),
        ("footnote", 0, "[4] A note."),
        ("table", 0, "k\na | b"),
    ]
    assert [cell.column_span for cell in document.tables[0].cells] == [2, 1, 1]
    assert document.metadata == {"title": "The Act"}


def test_other_xml_stays_source_code_as_it_was_written() -> None:
    text = '<?xml version="1.0"?>\n<config><a b="c"/></config>'
    document = extract(text.encode(), "config.xml")
    assert (document.media_type, document.text) == ("text/xml", text)


def test_entities_are_never_resolved_and_never_lost() -> None:
    declared = '<!DOCTYPE akomaNtoso [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert read_statute(declared + "<akomaNtoso><p>a &x; b</p></akomaNtoso>").text == "a &x; b"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<akomaNtoso>" + "<section>" * 100_000, NestingLimit),
        ("<akomaNtoso>" + "<p>" * 220 + "x" + "</p>" * 220 + "</akomaNtoso>", NestingLimit),
        ("<akomaNtoso><p>", CorruptDocument),
    ],
)
def test_statutes_that_nest_too_deep_or_are_broken_are_typed_errors(
    text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        extract(text.encode(), "a.xml")
