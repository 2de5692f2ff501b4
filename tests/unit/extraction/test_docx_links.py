"""Links of Word documents, and signs of notes that lead to their notes."""

import io
import zipfile

import pytest

from models.apparatus import LinkKind
from models.document import Document
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.rendering import to_markdown
from tests.unit.extraction.office import abstract, concrete, level, word, zipped

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LISTED = "http://schemas.openxmlformats.org/package/2006/relationships"
ADDRESSES = {"r1": "https://a.example/x", "r2": "mailto:a@b.example", "r3": "javascript:run()"}


def related(data: bytes, part: str = "document") -> bytes:
    """The DOCX with addresses behind relationships of the part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    rows = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/hyperlink" Target="{uri}" TargetMode="External"/>'
        for name, uri in ADDRESSES.items()
    )
    place = f"word/_rels/{part}.xml.rels"
    old = files.get(place, f'<Relationships xmlns="{LISTED}"></Relationships>')
    files[place] = old.replace("</Relationships>", f"{rows}</Relationships>")
    return zipped(files)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def link(text: str, name: str = "", anchor: str = "") -> str:
    behind = f' xmlns:r="{RELATIONS}" r:id="{name}"' if name else ""
    place = f' w:anchor="{anchor}"' if anchor else ""
    return f"<w:hyperlink{behind}{place}>{run(text)}</w:hyperlink>"


def field(code: str, result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    written = f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
    return mark.format("begin") + written + mark.format("separate") + run(result) + mark.format("end")


def linked(document: Document) -> list[tuple[str, str]]:
    check_document(document)
    return [(found.span.of(document.text), found.uri) for found in document.apparatus.hyperlinks]


def test_links_lead_to_addresses_and_to_places() -> None:
    body = (
        f"<w:p>{run('see ')}{link('the first', 'r1')}{run(', ')}{link('write', 'r2')}{link('!', 'r3')}"
        f"{link('below', anchor='_Toc1')}{link('there', 'r1', 'part')}{link('lost', 'r9')}</w:p>"
    )
    assert linked(extract(related(word(body)))) == [
        ("the first", "https://a.example/x"),
        ("write", "mailto:a@b.example"),
        ("below", "#_Toc1"),
        ("there", "https://a.example/x#part"),
    ]


@pytest.mark.parametrize(
    ("code", "uri"),
    [
        (' HYPERLINK "https://a.example/" ', "https://a.example/"),
        (' HYPERLINK \\l "_Ref1" \\h ', "#_Ref1"),
        (' HYPERLINK "https://a.example/" \\l "p" ', "https://a.example/#p"),
        (" PAGE ", ""),
    ],
)
def test_fields_may_be_links(code: str, uri: str) -> None:
    simple = f"<w:fldSimple w:instr='{code}'>{run('simple')}</w:fldSimple>"
    body = f"<w:p>{run('a ')}{field(code, 'long')}{run(' b ')}{simple}</w:p>"
    assert linked(extract(word(body))) == ([("long", uri), ("simple", uri)] if uri else [])


def test_links_keep_their_places_behind_numbers_in_headings_and_in_cells() -> None:
    lists = abstract(0, level(0, "%1.")) + concrete(1, 0)
    numbered = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    outlined = "<w:pPr><w:outlineLvl w:val='0'/></w:pPr>"
    cells = f"<w:tc><w:p>{run('k')}</w:p></w:tc><w:tc><w:p>{run(' see ')}{link('here ', 'r1')}</w:p></w:tc>"
    body = (
        f"<w:p>{numbered}{link('one', 'r1')}</w:p><w:p>{outlined}{run('A  ')}{link(' b  c', 'r1')}</w:p>"
        f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )
    document = extract(related(word(body, numbering=lists)))
    assert document.text == "1. one\n\nA b c\n\nk | see here"
    assert [text for text, _ in linked(document)] == ["one", "b c", "here"]


def test_signs_lead_to_their_notes_and_notes_have_links_of_their_own() -> None:
    own = f"<w:p><w:r><w:footnoteRef/></w:r>{run(' see ')}{link('it', 'r2')}</w:p>"
    note = f"<w:footnote w:id='2'>{own}</w:footnote>"
    endnote = f"<w:endnote w:id='2'><w:p>{run('at the end')}</w:p></w:endnote>"
    refer = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    body = f"<w:p>{run('A')}{refer}{run(' and')}<w:r><w:endnoteReference w:id='2'/></w:r></w:p>"
    document = extract(related(word(body, footnotes=note, endnotes=endnote), "footnotes"))
    assert linked(document) == [("it", "mailto:a@b.example")]
    pairs = [
        (found.kind, found.source.of(document.text), found.target.of(document.text))
        for found in document.apparatus.links
    ]
    assert pairs == [
        (LinkKind.FOOTNOTE, "[1]", "[1] see it"),
        (LinkKind.FOOTNOTE, "[i]", "[i] at the end"),
    ]
    assert to_markdown(document) == "A[^1] and[^2]\n\n[^1]: see it\n\n[^2]: at the end\n"


def test_a_link_that_never_ends_ends_with_its_paragraph() -> None:
    open_ = field(' HYPERLINK "https://a.example/" ', "one").rpartition("<w:r>")[0]
    assert linked(extract(word(f"<w:p>{open_}</w:p><w:p>{run('two')}</w:p>"))) == [
        ("one", "https://a.example/")
    ]
