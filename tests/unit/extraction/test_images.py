from dataclasses import replace

import pytest
from PIL import Image

from models.errors import CorruptDocument, PageTooLarge, TooManyPages
from models.limits import DEFAULT_LIMITS
from services.extraction.extract import extract
from services.extraction.image_headers import Image as Kind
from services.extraction.image_headers import image_kind, sizes
from services.extraction.images import read_image
from tests.support.drawn import encoded

WIDE = Image.new("RGB", (300, 200), (250, 250, 250))


def tiff(pages: int) -> bytes:
    return encoded(WIDE, "tiff", save_all=True, append_images=[WIDE.rotate(90, expand=True)] * (pages - 1))


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff", "bmp", "gif"])
def test_every_format_is_known_and_says_how_large_it_is(kind: str) -> None:
    data = encoded(WIDE, kind)
    assert image_kind(data) == kind
    assert list(sizes(data, Kind(kind), DEFAULT_LIMITS)) == [(300, 200)]
    document = extract(data)
    assert document.media_type == f"image/{kind}"
    assert len(document.pages) == 1
    assert not document.has_text


def test_dots_an_inch_become_points() -> None:
    (page,) = read_image(encoded(WIDE, "png")).pages
    assert (page.width, page.height) == pytest.approx((144, 96), abs=0.5)


def test_a_photograph_taken_sideways_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = read_image(encoded(WIDE, "jpeg", exif=exif)).pages
    assert page.width < page.height


def test_each_image_of_a_tiff_is_a_page() -> None:
    pages = read_image(tiff(3)).pages
    assert [(page.number, page.width > page.height) for page in pages] == [(1, True), (2, False), (3, False)]


def test_too_many_pixels_are_refused_by_the_header_alone() -> None:
    data = bytearray(encoded(WIDE, "png"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(PageTooLarge, match="60000 by 60000"):
        read_image(bytes(data))
    with pytest.raises(PageTooLarge):
        read_image(tiff(2), replace(DEFAULT_LIMITS, max_pixels=59_999))
    with pytest.raises(TooManyPages):
        read_image(tiff(3), replace(DEFAULT_LIMITS, max_pages=2))


def test_a_ring_of_directories_is_damage() -> None:
    data = bytearray(tiff(1))
    first = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[first : first + 2], "little")
    data[first + 2 + 12 * entries :][:4] = first.to_bytes(4, "little")
    end = first + 2 + 12 * entries
    data[end : end + 4] = first.to_bytes(4, "little")
    with pytest.raises(CorruptDocument, match="ring"):
        read_image(bytes(data))


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff", "bmp", "gif"])
@pytest.mark.parametrize("length", [9, 14, 20, 60])
def test_what_is_cut_off_ends_in_a_result_or_a_typed_error(kind: str, length: int) -> None:
    try:
        read_image(encoded(WIDE, kind)[:length])
    except (CorruptDocument, PageTooLarge):
        return
