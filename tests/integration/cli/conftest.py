"""Files for the command line."""

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Two pages of lines, 20 to the page."""
    path = tmp_path / "two pages.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600))
    for page in (1, 2):
        for line in range(20):
            canvas.drawString(50, 560 - 20 * line, f"Line {line} of page {page} has some words in it.")
        canvas.showPage()
    canvas.save()
    return path
