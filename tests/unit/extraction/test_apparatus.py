"""What points: hyperlinks, footnotes, captions, outline, attachments, dates of real files."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.apparatus import Attachment, Bookmark, LinkKind, Look, LookKind
from models.artifact import dump, load
from models.laws import check_document
from models.parsed import parsed_form
from services.extraction.extract import extract
from services.extraction.pdf_marks import iso_date
from tests.support.pictures import opened
from tests.unit.extraction.samples import SENTENCES, pdf, write


def noted(canvas: Canvas) -> None:
    """Body text with a raised mark, its note at the foot, a link, a drawing with its caption."""
    write(canvas, SENTENCES, top=100)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 600, "The goods are listed")
    canvas.setFont("Helvetica", 6)
    canvas.drawString(72 + canvas.stringWidth("The goods are listed", "Helvetica", 10), 604, "1")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 560, "see example site for more")
    canvas.linkURL("https://example.org/", (90, 556, 150, 570))
    canvas.rect(100, 300, 200, 120)
    canvas.line(100, 300, 300, 420)
    canvas.drawString(110, 280, "Figure 1. A square.")
    canvas.setFont("Helvetica", 5)
    canvas.drawString(72, 73, "1")
    canvas.setFont("Helvetica", 8)
    canvas.drawString(76, 70, "In the order form.")
    canvas.bookmarkPage("first")
    canvas.addOutlineEntry("Goods", "first", 0)


def test_marks_lead_to_notes_captions_to_drawings_words_to_addresses() -> None:
    read = extract(pdf(noted), "a.pdf")
    check_document(read)
    found = {link.kind: link for link in read.apparatus.links}
    note = found[LinkKind.FOOTNOTE]
    assert (note.source.of(read.text), note.target.of(read.text)) == ("1", "1 In the order form.")
    caption = found[LinkKind.CAPTION]
    assert caption.source.of(read.text) == "Figure 1. A square."
    assert caption.target.start == caption.target.end
    assert caption.box is not None
    assert caption.box.holds(200, 792 - 360)
    (link,) = read.apparatus.hyperlinks
    assert (link.span.of(read.text), link.uri, link.page) == ("example site", "https://example.org/", 1)
    assert read.apparatus.outline == (Bookmark(1, "Goods", 1),)
    assert Look(LookKind.RAISED, note.source) in read.apparatus.looks
    assert load(dump(read)) == read
    shown = parsed_form(read, "a.pdf")
    assert shown["hyperlinks"][0]["uri"] == "https://example.org/"
    assert {"kind": "raised", "span": list(note.source)} in shown["looks"]
    assert shown["links"][0]["kind"] in ("caption", "footnote")


def test_attachments_are_listed_with_their_sizes() -> None:
    with opened(pdf(noted)) as document:
        document.embfile_add("terms.txt", b"twelve bytes")
        data = document.tobytes()
    read = extract(data, "a.pdf")
    assert read.apparatus.attachments == (Attachment("terms.txt", 12),)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("D:20240712230604+08'00'", "2024-07-12T23:06:04+08:00"),
        ("D:20180910074159Z", "2018-09-10T07:41:59Z"),
        ("D:2019", "2019"),
        ("yesterday", ""),
    ],
)
def test_dates_become_iso_dates(written: str, iso: str) -> None:
    assert iso_date(written) == iso
