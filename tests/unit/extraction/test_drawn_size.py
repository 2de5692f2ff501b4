"""P5: a page is drawn as finely as asked for, and never larger than the limit of pixels."""

from dataclasses import replace

import pytest

from models.limits import DEFAULT_LIMITS, LARGEST_PAPER
from services.extraction.pdf import _LONGEST_SIDE, _open, _Sheet
from tests.hostile.pdfs import page, shown, stream


def drawn(
    width: float, height: float, dots: float, max_pixels: int = DEFAULT_LIMITS.max_pixels
) -> tuple[int, int]:
    """Pixels of a page of so many points, drawn with so many dots an inch."""
    data = page(stream(shown()), box=b"0 0 %f %f" % (width, height))
    with _open(data) as document:
        image = _Sheet(document[0], replace(DEFAULT_LIMITS, max_pixels=max_pixels)).render(dots)
    assert len(image.pixels) == image.width * image.height
    return image.width, image.height


def test_a_sheet_of_paper_is_drawn_as_finely_as_asked_for() -> None:
    assert drawn(612, 792, 72) == (612, 792)
    assert drawn(612, 792, 150) == (1275, 1650)


@pytest.mark.parametrize(
    ("width", "height"), [(612, 792), (LARGEST_PAPER, 9), (9, LARGEST_PAPER), (LARGEST_PAPER, LARGEST_PAPER)]
)
@pytest.mark.parametrize("dots", [150, 600, 1e6])
@pytest.mark.parametrize("max_pixels", [1_000, 1_000_000])
def test_no_page_is_drawn_larger_than_the_limit(
    width: float, height: float, dots: float, max_pixels: int
) -> None:
    found = drawn(width, height, dots, max_pixels)
    rim = found[0] + found[1]  # whole pixels at the edges
    assert 1 <= found[0] * found[1] <= max_pixels + rim
    assert max(found) <= _LONGEST_SIDE + 1
