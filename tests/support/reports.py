"""Long reports made on the spot: headers, page numbers, headings, two columns, lists, text over pages."""

import random
from functools import cache
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 612.0, 792.0
LINE = 12.0
WORDS = (
    *("agency", "shall", "report", "costs", "findings", "committee", "under", "section", "program"),
    *("within", "each", "year", "data", "system", "review", "audit", "funds", "which", "was", "not"),
    *("the", "of", "a", "to", "and", "in", "by", "for", "that", "were", "its", "appropriate", "authority"),
)


@cache
def report(pages: int, *, lines: int = 20, seed: int = 1) -> bytes:
    """A PDF of so many pages; equal arguments give equal bytes."""
    chance = random.Random(seed)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    for number in range(1, pages + 1):
        if number % 17 == 1:
            canvas.bookmarkPage(f"part{number}")
            canvas.addOutlineEntry(f"Part {number // 17 + 1}", f"part{number}", level=0)
        _page(canvas, number, lines, chance)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _page(canvas: Canvas, number: int, lines: int, chance: random.Random) -> None:
    canvas.setFont("Times-Italic", 8)
    canvas.drawString(72, HEIGHT - 36, "Report of the Committee" if number % 2 else "Annual Accounts")
    canvas.drawCentredString(WIDTH / 2, 36, str(number))
    top = HEIGHT - 72
    if number % 17 == 1:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(72, top, f"Part {number // 17 + 1}")
        top -= 2 * LINE
    if number % 41 == 0:
        return  # a page with furniture only
    columns = (72.0, 320.0) if number % 5 == 0 else (72.0,)
    for x in columns:
        _column(canvas, x, top, lines, chance)


def _column(canvas: Canvas, x: float, top: float, lines: int, chance: random.Random) -> None:
    canvas.setFont("Times-Roman", 10)
    width = 7 if x > 72 or lines > 60 else 12
    for line in range(lines):
        if chance.random() < 0.1:
            top -= LINE
        mark = "- " if chance.random() < 0.05 else ""
        words = " ".join(chance.choices(WORDS, k=width))
        canvas.drawString(
            x, top - line * min(LINE, 600 / lines), mark + words + ("." if chance.random() < 0.2 else "")
        )
