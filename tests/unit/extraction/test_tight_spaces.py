"""Lines that are set so tightly that their spaces are no wider than gaps between letters of other fonts."""

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from models.laws import check_document
from services.extraction.extract import extract
from tests.unit.extraction.samples import HEIGHT, pdf

SENTENCE = "client drivers for most programming languages are available for all of these systems"
SIZE = 10


def read(pieces: list[str], gap: float) -> str:
    """The text of a page with one line, its pieces so many sizes apart."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", SIZE)
        x = 72.0
        for piece in pieces:
            canvas.drawString(x, HEIGHT - 100, piece)
            x += stringWidth(piece, "Helvetica", SIZE) + gap * SIZE

    document = extract(pdf(page))
    check_document(document)
    return document.text


def test_words_of_a_tight_line_are_told_apart() -> None:
    assert read(SENTENCE.split(), 0.13) == SENTENCE


def test_a_long_word_with_kerned_letters_stays_whole() -> None:
    word = "Rindfleischetikettierungsueberwachung"
    assert read(list(word), 0.05) == word
    assert read(list(word), 0.12) == word
