"""Pictures with text, drawn for tests."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DOTS = 150
LINES = ("Pictures of text are read", "by a detector and a recognizer.", "Section 12 applies to 2,500 cases.")


def picture(lines: Sequence[str] = LINES, *, turn: float = 0.0, size: int = 30) -> Image.Image:
    """Black lines on white, all turned clockwise by so many degrees."""
    font = ImageFont.load_default(size=size)
    sheet = Image.new("L", (700, 110 + 60 * len(lines)), 255)
    drawing = ImageDraw.Draw(sheet)
    for i, line in enumerate(lines):
        drawing.text((60, 60 + 60 * i), line, fill=0, font=font)
    return sheet.rotate(-turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def columned(left: Sequence[str], right: Sequence[str], *, gutter: int, size: int = 30) -> Image.Image:
    """Two columns of black lines on white, so many pixels apart where the left ones are longest."""
    font = ImageFont.load_default(size=size)
    second = 60 + max(font.getlength(line) for line in left) + gutter
    width = round(second + max(font.getlength(line) for line in right) + 60)
    sheet = Image.new("L", (width, 110 + 45 * len(left)), 255)
    drawing = ImageDraw.Draw(sheet)
    for x, lines in ((60, left), (second, right)):
        for i, line in enumerate(lines):
            drawing.text((x, 60 + 45 * i), line, fill=0, font=font)
    return sheet


def encoded(image: Image.Image, kind: str = "png", **settings: object) -> bytes:
    """The bytes of an image file."""
    buffer = BytesIO()
    image.save(buffer, kind, **{"dpi": (DOTS, DOTS), **settings})
    return buffer.getvalue()


def scan(image: Image.Image, hidden: Sequence[str] = (), pages: int = 1) -> bytes:
    """A PDF whose pages show the image; `hidden` lines lie invisible over it, as OCR leaves them."""
    buffer = BytesIO()
    width, height = (side / DOTS * 72 for side in image.size)
    canvas = Canvas(buffer, pagesize=(width, height))
    for _ in range(pages):
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        text = canvas.beginText(10, height - 20)
        text.setTextRenderMode(3)
        for line in hidden:
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
