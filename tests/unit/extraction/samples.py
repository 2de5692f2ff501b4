"""Small documents made on the spot: PDFs by reportlab, DOCX by python-docx."""

from collections.abc import Callable, Sequence
from io import BytesIO

import docx as python_docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 612.0, 792.0
LINE = 14.0

Draw = Callable[[Canvas], None]

SENTENCES = (
    "The parties agree that the supplier shall deliver",
    "all of the goods that are listed in the order form,",
    "in the amounts and at the places that it names, and",
    "that the buyer shall pay for them within thirty days",
    "of the day on which a correct invoice has been given.",
)


def pdf(*pages: Draw, encryption: StandardEncryption | None = None) -> bytes:
    """One page for each function that draws; lengths in points from the bottom left, as reportlab has it."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), encrypt=encryption)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write(
    canvas: Canvas, lines: Sequence[str], *, x: float = 72, top: float = 100, font: str = "Helvetica"
) -> None:
    """Lines of ten points from `top` (points from the upper edge) down."""
    canvas.setFont(font, 10)
    for number, line in enumerate(lines):
        canvas.drawString(x, HEIGHT - top - LINE * number, line)


def heading(canvas: Canvas, text: str, *, top: float, size: float = 16, x: float = 72) -> None:
    """One bold line."""
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawString(x, HEIGHT - top, text)


def docx(fill: Callable[..., None]) -> bytes:
    """A DOCX that `fill` has written into."""
    document = python_docx.Document()
    fill(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
