"""What repeats on the pages, or stands where such things stand, is declared; body text stays."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.document import Document, DropReason
from models.laws import check_document
from services.extraction.extract import extract
from tests.unit.extraction.samples import HEIGHT, SENTENCES, WIDTH, Draw, heading, pdf, write


def read(*pages: Draw) -> Document:
    document = extract(pdf(*pages))
    check_document(document)
    return document


def declared(document: Document, reason: DropReason) -> list[tuple[int | None, str]]:
    return [(drop.page, drop.text) for drop in document.drops if drop.reason is reason]


def body(number: int) -> list[str]:
    return [f"On page {number} only: {line}" for line in SENTENCES] * 5


def test_headers_may_differ_on_left_and_right_pages_and_the_first_may_have_none() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            write(canvas, body(number))
            if number > 1:
                write(canvas, ["Supply Agreement" if number % 2 else "Annual Report of the Buyer"], top=40)

        return draw

    document = read(*map(page, range(1, 9)))
    found = declared(document, DropReason.RUNNING_HEADER)
    assert [number for number, _ in found] == [2, 3, 4, 5, 6, 7, 8]
    assert "Annual Report" not in document.text


def test_headers_that_name_short_chapters_are_known_by_their_place() -> None:
    chapters = ["Delivery"] * 4 + ["Payment"] * 4 + ["Notices"] + ["Term and Termination"] * 2

    def page(number: int, chapter: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica-Oblique", 8)
            canvas.drawString(72, HEIGHT - 40, chapter)
            write(canvas, body(number))

        return draw

    document = read(*(page(n, chapter) for n, chapter in enumerate(chapters, 1)))
    assert [text for _, text in declared(document, DropReason.RUNNING_HEADER)] == chapters


def test_a_header_that_touches_the_body_is_one_when_most_pages_begin_with_it() -> None:
    def page(number: int) -> Draw:
        return lambda canvas: write(canvas, ["SUPPLY AGREEMENT OF THE PARTIES", *body(number)], top=60)

    document = read(*map(page, range(1, 6)))
    assert len(declared(document, DropReason.RUNNING_HEADER)) == 5
    assert document.text.startswith("On page 1 only")


def test_numbers_that_are_stamped_on_the_pages_count_on() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            write(canvas, body(number))
            write(canvas, [f"ABC{number + 4711:07}"], x=480, top=770)

        return draw

    document = read(*map(page, range(1, 5)))
    assert [text for _, text in declared(document, DropReason.RUNNING_FOOTER)] == [
        f"ABC{number:07}" for number in range(4712, 4716)
    ]


@pytest.mark.parametrize("angle", [30, 45, 60, -45])
def test_words_that_slant_across_the_page_are_a_watermark(angle: float) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, body(1))
        canvas.saveState()
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(angle)
        canvas.setFont("Helvetica-Bold", 60)
        canvas.drawCentredString(0, 0, "DRAFT COPY")
        canvas.restoreState()

    document = read(draw)
    assert declared(document, DropReason.WATERMARK) == [(1, "DRAFT COPY")]
    assert document.text == " ".join(body(1))


def test_large_words_behind_the_text_of_all_pages_are_a_watermark() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            write(canvas, body(number))
            canvas.setFont("Helvetica-Bold", 60)
            canvas.drawCentredString(WIDTH / 2, HEIGHT - 250, "CONFIDENTIAL")

        return draw

    document = read(*map(page, range(1, 4)))
    assert len(declared(document, DropReason.WATERMARK)) == 3
    assert document.text.count("only:") == 3 * len(body(1))


def test_one_page_has_its_number_and_a_header_that_repeats_the_title() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Supply Agreement"], top=40)
        heading(canvas, "SUPPLY AGREEMENT", top=90)
        write(canvas, SENTENCES, top=120)
        write(canvas, ["1"], x=300, top=760)

    document = read(draw)
    assert declared(document, DropReason.RUNNING_HEADER) == [(1, "Supply Agreement")]
    assert declared(document, DropReason.PAGE_NUMBER) == [(1, "1")]
    assert document.text.startswith("SUPPLY AGREEMENT")


def test_headings_at_the_top_of_pages_stay() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            heading(canvas, f"Chapter on the goods of kind {number}", top=50)
            write(canvas, body(number), top=100)
            write(canvas, [str(number)], x=300, top=760)

        return draw

    document = read(*map(page, range(1, 7)))
    assert {drop.reason for drop in document.drops} == {DropReason.PAGE_NUMBER}


def test_a_number_at_the_foot_of_one_page_that_is_not_its_own_stays() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, SENTENCES)
        write(canvas, ["42"], x=300, top=760)

    assert read(draw).text.endswith("42")
