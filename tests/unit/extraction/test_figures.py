from collections import Counter

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from models.apparatus import LinkKind, Picture
from models.artifact import dump, load
from models.document import BlockKind
from models.geometry import Box
from models.limits import DEFAULT_LIMITS
from models.parsed import parsed_form
from services.extraction.drawing import Mark
from services.extraction.extract import extract
from services.extraction.figure_labels import merged, with_labels
from services.extraction.figures import figures_apart
from services.extraction.paged import read_paper
from services.extraction.pdf import read_pdf
from services.extraction.pictures import figure_regions
from services.extraction.raw import RawPage
from services.extraction.values import Reading
from tests.support.drawn import picture
from tests.unit.extraction.samples import HEIGHT, SENTENCES, heading, pdf, write

SHEET = Box(0.0, 0.0, 612.0, 792.0)


def read(*pages: object) -> Reading:
    return read_paper(read_pdf(pdf(*pages), DEFAULT_LIMITS))  # type: ignore[arg-type]


def texts(reading: Reading, kind: BlockKind) -> list[str]:
    return [block.span.of(reading.text) for block in reading.blocks if block.kind is kind]


def plot(canvas: Canvas, *, x: float = 150, y: float = 400, curve: bool = True) -> None:
    """Axes with ticks and numbers, a curve or bars, titles of both axes; `x`, `y`: their origin."""
    canvas.setFont("Helvetica", 8)
    canvas.line(x, y, x + 200, y)
    canvas.line(x, y, x, y + 120)
    for n in range(1, 5):
        canvas.line(x - 3, y + 25 * n, x, y + 25 * n)
        canvas.drawRightString(x - 6, y + 25 * n - 3, f"0.{25 * n}")
        canvas.line(x + 45 * n, y - 3, x + 45 * n, y)
        canvas.drawCentredString(x + 45 * n, y - 13, str(10 * n))
        if not curve:
            canvas.rect(x + 45 * n - 10, y, 20, 22 * n, fill=1)
    if curve:
        path = canvas.beginPath()
        path.moveTo(x, y + 10)
        path.curveTo(x + 50, y + 100, x + 120, y + 20, x + 190, y + 110)
        canvas.drawPath(path)
    canvas.drawCentredString(x + 100, y - 25, "Energy of the beam")
    canvas.saveState()
    canvas.translate(x - 32, y + 60)
    canvas.rotate(90)
    canvas.drawCentredString(0, 0, "Share")
    canvas.restoreState()


def page_with_plot(canvas: Canvas, *, curve: bool = True) -> None:
    write(canvas, SENTENCES)
    plot(canvas, curve=curve)
    write(canvas, ["Figure 1. Share of the energy."], top=HEIGHT - 400 + 50)
    write(canvas, SENTENCES, top=HEIGHT - 400 + 90)


@pytest.mark.parametrize("curve", [True, False])
def test_what_is_written_along_a_plot_is_the_text_of_one_figure(curve: bool) -> None:  # noqa: FBT001
    found = read(lambda canvas: page_with_plot(canvas, curve=curve))
    (figure,) = texts(found, BlockKind.FIGURE)
    labels = ["0.25", "0.50", "0.75", "0.100", "10", "20", "30", "40", "Energy", "of", "the", "beam", "Share"]
    assert sorted(figure.split()) == sorted(labels)
    assert not texts(found, BlockKind.LIST_ITEM)
    assert not texts(found, BlockKind.HEADING)
    assert texts(found, BlockKind.PARAGRAPH) == [" ".join(SENTENCES)] * 2


def test_a_figure_covers_what_is_drawn_and_its_caption_leads_to_it() -> None:
    found = read(page_with_plot)
    figure = next(block for block in found.blocks if block.kind is BlockKind.FIGURE)
    assert figure.box is not None
    assert figure.box.contains(Box(118, HEIGHT - 400 - 120, 350, HEIGHT - 400 + 20))
    (link,) = found.apparatus.links
    assert link.kind is LinkKind.CAPTION
    assert link.target == figure.span
    assert link.source.of(found.text) == "Figure 1. Share of the energy."


def test_a_picture_without_text_has_a_caption_that_leads_to_its_box() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES)
        canvas.drawImage(ImageReader(picture(())), 100, 300, 200, 150)
        write(canvas, ["Figure 2: The place of delivery"], top=HEIGHT - 300 + 14)

    found = read(page)
    (link,) = found.apparatus.links
    assert link.box is not None
    assert link.target.start == link.target.end
    assert link.box.contains(Box(100, HEIGHT - 450, 300, HEIGHT - 300), 1.0)
    assert found.apparatus.pictures == (Picture(link.source.start, 1, link.box),)


def test_a_picture_stands_in_the_text_before_what_is_below_it() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES)
        canvas.drawImage(ImageReader(picture(())), 100, 300, 200, 150)
        write(canvas, ["What is said below it"], top=HEIGHT - 300 + 40)

    document = extract(pdf(page))
    (shown,) = document.apparatus.pictures
    assert document.text[shown.at :] == "What is said below it"
    assert load(dump(document)) == document
    assert parsed_form(document, "doc")["pictures"][0]["at"] == shown.at


def test_words_over_a_picture_belong_to_it_and_a_heading_above_does_not() -> None:
    def page(canvas: Canvas) -> None:
        heading(canvas, "Where we deliver", top=320)
        canvas.drawImage(ImageReader(picture(())), 72, 250, 200, 200)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(90, 300, "WAREHOUSE")
        write(canvas, SENTENCES, top=600)

    found = read(page)
    assert texts(found, BlockKind.FIGURE) == ["WAREHOUSE"]
    assert "Where we deliver" in texts(found, BlockKind.TITLE) + texts(found, BlockKind.HEADING)


def test_frames_and_shades_around_running_text_and_ruled_tables_are_no_figures() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        canvas.roundRect(60, HEIGHT - 180, 300, 100, 8, fill=1)
        canvas.setFillGray(0)
        write(canvas, SENTENCES)
        for row in range(4):
            for column in range(3):
                canvas.rect(72 + 120 * column, 420 + 20 * row, 120, 20)
                canvas.drawString(78 + 120 * column, 426 + 20 * row, f"cell {row} {column}")

    found = read(page)
    assert not texts(found, BlockKind.FIGURE)
    assert " ".join(SENTENCES) in texts(found, BlockKind.PARAGRAPH)


def test_a_scan_is_no_figure() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture(())), 0, 0, 612, 792)
        write(canvas, SENTENCES)

    assert not texts(read(page), BlockKind.FIGURE)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_figures_of_turned_pages_are_found_where_they_are(turn: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        page_with_plot(canvas)

    found = read(page)
    (figure,) = [block for block in found.blocks if block.kind is BlockKind.FIGURE]
    assert figure.box is not None
    inside = [
        number
        for number in range(len(found.words.starts))
        if figure.span.start <= found.words.starts[number] < figure.span.end
    ]
    assert len(inside) == 13
    assert all(figure.box.contains(Box(*found.words.box(number)), 1.0) for number in inside)


def test_no_word_of_a_page_with_figures_is_lost_or_doubled() -> None:
    def page(canvas: Canvas) -> None:
        page_with_plot(canvas)
        plot(canvas, x=420, y=640)

    data = pdf(page)
    drawn = Counter(word.text for line in read_pdf(data).pages[0].lines for word in line.words)
    assert Counter(read_paper(read_pdf(data)).text.split()) == drawn


def test_slanted_strokes_are_no_larger_than_they_are_drawn() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES, top=200)
        path = canvas.beginPath()
        path.moveTo(100, 400)
        for n in range(1, 9):
            path.lineTo(100 + 20 * n, 400 + 60 * (n % 2))
        canvas.setLineWidth(3)
        for shift in (0, 10, 20):
            canvas.translate(0, shift)
            canvas.drawPath(path)

    (box,) = read_pdf(pdf(page)).pages[0].figures
    assert Box(98, 300, 262, 400).contains(box, 2.0)


def test_rules_dots_backgrounds_and_panels_are_no_figures() -> None:
    rule, dot = Box(50, 400, 560, 401), Box(400, 600, 404, 604)
    background, panel = Box(0, 0, 612, 792), Box(0, 0, 612, 300)
    marks = [Mark(rule, straight=True), Mark(dot), Mark(background), Mark(panel, filled=True)]
    assert figure_regions(marks, (), SHEET) == ()
    pieces = [Mark(Box(100, 100, 150, 150), picture=True), Mark(Box(152, 100, 200, 180), picture=True)]
    assert figure_regions([*marks, *pieces], (), SHEET) == (Box(100, 100, 200, 180),)


def test_regions_that_overlap_are_one() -> None:
    apart, a, b, c = Box(0, 0, 9, 9), Box(20, 20, 40, 40), Box(30, 30, 60, 60), Box(55, 50, 90, 90)
    assert merged([c, a, apart, b]) == (apart, Box(20, 20, 90, 90))
    assert with_labels((), ()) == ()


def test_plots_above_each_other_are_figures_of_their_own_with_their_own_labels() -> None:
    def page(canvas: Canvas) -> None:
        plot(canvas, y=520)
        plot(canvas, y=340)
        write(canvas, SENTENCES, top=520)

    found = texts(read(page), BlockKind.FIGURE)
    assert len(found) == 2
    assert [text.count("Energy of the beam") for text in found] == [1, 1]
    assert [text.count("Share") for text in found] == [1, 1]


def test_the_shade_of_a_panel_with_text_is_no_figure() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture(())), 60, 500, 400, 150)
        canvas.setFillGray(0.9)
        canvas.roundRect(62, 502, 396, 146, 8, fill=1, stroke=0)
        canvas.setFillGray(0)
        heading(canvas, "72 % of all people", top=792 - 600)
        write(canvas, SENTENCES, top=400)

    document = extract(pdf(page))
    assert document.apparatus.pictures == ()
    assert all(block.kind is not BlockKind.FIGURE for block in document.blocks)


def test_a_caption_that_begins_left_of_a_plot_of_straight_lines_makes_it_a_figure() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES)
        for n in range(12):
            canvas.line(150 + 15 * n, 450, 150 + 15 * n, 460 + (n * 37) % 90)
        canvas.line(150, 450, 330, 450)
        write(canvas, ["Figure 1."], top=HEIGHT - 450 + 30, x=72)
        write(
            canvas, ["How often each of the nodes was seen in all of the sets"], top=HEIGHT - 450 + 30, x=128
        )
        write(canvas, SENTENCES, top=HEIGHT - 450 + 70)

    (shown,) = extract(pdf(page)).apparatus.pictures
    assert shown.box.contains(Box(150, HEIGHT - 539, 315, HEIGHT - 452))


def test_a_thick_rule_above_a_plot_is_no_part_of_it() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES)
        plot(canvas, curve=False)
        canvas.setLineWidth(1.5)
        canvas.line(60, 522, 540, 522)

    (figure,) = (block for block in read(page).blocks if block.kind is BlockKind.FIGURE)
    assert figure.box is not None
    assert figure.box.x1 < 400


def test_strokes_of_a_figure_are_no_rules_of_tables_also_where_they_reach_below_it() -> None:
    figure = Box(100, 100, 300, 300)
    stem, rule = Box(150, 150, 150, 400), Box(72, 500, 540, 500)
    page = RawPage(1, 612, 792, figures=(figure,), rules=(stem, rule))
    assert figures_apart(page).page.rules == (rule,)
