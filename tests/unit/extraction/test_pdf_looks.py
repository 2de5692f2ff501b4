import pytest

from services.extraction.pdf_looks import line_looks


@pytest.mark.parametrize(
    ("font", "slanted"),
    [
        ("GulliverIT", True),
        ("CMTI10", True),
        ("Goudy-It", True),
        ("Garamond-BoldItalic", True),
        ("Courier-Oblique", True),
        ("GulliverRM", False),
        ("UNIT", False),
        ("DigitalSans", False),
    ],
)
def test_a_font_that_is_called_slanted_is_so_when_its_file_does_not_say_it(
    font: str, *, slanted: bool
) -> None:
    span = {"text": "2.3. Water", "font": font, "flags": 4, "size": 10.0, "origin": (0.0, 0.0)}
    style, _ = line_looks([span], 9)
    assert style.italic is slanted
