"""Words that a line end has cut are whole in the text; what was taken out is declared, with its place."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.document import Document, Drop, DropReason
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.hyphens import Join, Vocabulary
from tests.unit.extraction.samples import Draw, pdf, write


def read(*pages: Draw) -> Document:
    document = extract(pdf(*pages))
    check_document(document)
    return document


def hyphens(document: Document) -> list[Drop]:
    return [drop for drop in document.drops if drop.reason is DropReason.HYPHEN]


CUT = ["The supplier shall make the deliv-", "ery of the goods on the day that is", "named in the order."]


def test_a_cut_word_is_whole_and_has_an_entry_for_each_of_its_parts() -> None:
    document = read(lambda canvas: write(canvas, CUT))
    assert "make the delivery of the goods" in document.text
    parts = [word for word in document.words if word.span.of(document.text) in ("deliv", "ery")]
    assert parts[0].span.end == parts[1].span.start
    assert parts[0].box.y1 < parts[1].box.y1
    assert parts[0].box.x0 > parts[1].box.x0


def test_the_hyphen_is_declared_with_its_box_and_its_place_in_the_text() -> None:
    document = read(lambda canvas: write(canvas, CUT))
    (drop,) = hyphens(document)
    assert (drop.text, drop.page, drop.at) == ("-", 1, document.text.index("ery of"))
    cut = next(word for word in document.words if word.span.end == drop.at)
    assert drop.box is not None
    assert cut.box.contains(drop.box, 0.01)
    assert drop.box.x0 > cut.box.x0 + 0.7 * cut.box.width


def test_a_word_cut_by_the_end_of_a_page_is_on_both_pages() -> None:
    document = read(lambda canvas: write(canvas, CUT[:1] * 4), lambda canvas: write(canvas, CUT[1:], top=72))
    assert "make the delivery of the goods" in document.text
    at = hyphens(document)[-1].at
    assert at == document.pages[0].span.end == document.pages[1].span.start
    assert len(document.blocks) == 1
    assert document.blocks[0].page == 1


def test_a_word_cut_by_the_end_of_a_column_is_whole() -> None:
    filler = ["the buyer shall pay for them in", "time and in full and in the place"] * 6

    def draw(canvas: Canvas) -> None:
        write(canvas, [*filler, "that is named here for the deliv-"], x=72)
        write(canvas, ["ery of the goods that were named", *filler], x=330)

    assert "for the delivery of the goods" in read(draw).text


ROWS = [
    ["It", "is", "a", "long-term", "lease", "of", "two", "rooms"],
    ["for", "information", "on", "regulation", "of", "third", "party", "rights"],
    ["which", "are", "those", "of", "a", "landlord-tenant", "relation"],
]


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("infor-", "mation,", Join.SOFT),
        ("deliv-", "ery", Join.SOFT),
        ("regu-", "lations", Join.SOFT),
        ("SUP-", "PLIER", Join.SOFT),
        ("any\u00ad", "where", Join.SOFT),
        ("infor\u2011", "mation,", Join.SOFT),
        ("long-", "term", Join.HARD),
        ("third-", "party", Join.HARD),
        ("Anglo-", "American", Join.HARD),
        ("COVID-", "19", Join.HARD),
        ("2019-", "2020", Join.HARD),
        ("e-", "mail", Join.HARD),
        ("self-", "employed", Join.HARD),
        ("two-", "and", Join.NONE),
        ("end", "of", Join.NONE),
        ("-", "of", Join.NONE),
        ("pause--", "and", Join.NONE),
        ("word-", "(note", Join.NONE),
    ],
)
def test_the_document_tells_cut_words_from_compounds(above: str, below: str, expected: Join) -> None:
    cut = [["of", "infor-"], ["mation", "and"]]
    assert Vocabulary([*ROWS, *cut]).join(above, below) is expected


def test_in_a_document_that_cuts_no_words_every_hyphen_is_a_compounds() -> None:
    rows = [["a", "long-"], ["term", "lease"], *ROWS]
    assert Vocabulary(rows).join("multi-", "storey") is Join.HARD
    assert Vocabulary(ROWS).join("multi-", "storey") is Join.SOFT


def test_a_small_word_that_a_hyphen_follows_links_a_compound() -> None:
    vocabulary = Vocabulary([["results", "out-"], ["of-lab", "are", "conditions", "condi-"], ["tions"]])
    assert vocabulary.join("out-", "of-lab") is Join.HARD
