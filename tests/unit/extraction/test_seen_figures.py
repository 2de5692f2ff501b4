from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from models.geometry import Box
from services.extraction.pdf import read_pdf
from services.extraction.seen_figures import seen_regions
from services.extraction.sight import PageImage
from tests.unit.extraction.samples import pdf

TEXT = [Box(60, 60 + 14 * n, 540, 70 + 14 * n) for n in range(10)]


def sheet(*, photo: bool = False, frame: bool = False, plot: bool = False) -> Image.Image:
    """A page of 612 by 792 with bars where `TEXT` is, and what is asked for below."""
    image = Image.new("L", (612, 792), 250)
    drawing = ImageDraw.Draw(image)
    for box in TEXT:
        for x in range(int(box.x0), int(box.x1), 6):
            drawing.rectangle((x, box.y0, x + 3, box.y1), fill=0)
    if photo:
        noise = Image.effect_noise((200, 150), 90)
        image.paste(noise, (100, 300))
    if frame:
        drawing.rectangle((80, 280, 520, 480), outline=0)
    if plot:
        drawing.line((100, 600, 400, 600), fill=0)
        drawing.line((100, 450, 100, 600), fill=0)
        drawing.line([(100 + 3 * n, 590 - (n * n) // 80) for n in range(100)], fill=0, width=2)
    return image


def regions(image: Image.Image) -> list[Box]:
    return list(seen_regions(PageImage(*image.size, image.tobytes()), TEXT, 1.0))


def test_a_photograph_on_a_scan_is_a_figure_and_its_text_is_not() -> None:
    (found,) = regions(sheet(photo=True))
    assert found.contains(Box(102, 302, 298, 448))
    assert Box(88, 288, 312, 462).contains(found)


def test_a_plot_on_a_scan_is_a_figure() -> None:
    (found,) = regions(sheet(plot=True))
    assert found.contains(Box(102, 470, 396, 598))


def test_text_and_a_frame_around_nothing_are_no_figures() -> None:
    assert regions(sheet(frame=True)) == []


def test_a_scan_with_a_text_layer_has_the_figures_of_its_picture() -> None:
    image = sheet(photo=True)
    strips = [image.crop((0, top, 612, top + 99)).resize((1224, 198)) for top in range(0, 792, 99)]

    def page(canvas: Canvas) -> None:
        for n, strip in enumerate(strips):
            canvas.drawImage(ImageReader(strip), 0, 792 - 99 * (n + 1), 612, 99)
        text = canvas.beginText(60, 792 - 70)
        text.setFont("Courier", 16.6)
        text.setTextRenderMode(3)
        text.setLeading(14)
        for _ in TEXT:
            text.textLine("The text of an old recognition of words here.")
        canvas.drawText(text)

    (found,) = read_pdf(pdf(page)).pages[0].figures
    assert found.contains(Box(102, 302, 298, 448))
