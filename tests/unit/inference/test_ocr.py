"""The bundled models read drawn text, in whatever direction it lies."""

from pathlib import Path

import pytest
from PIL import Image

from models.errors import ModelUnavailable
from models.options import OcrMode
from services.extraction.extract import extract
from services.extraction.seeing import Sight
from services.extraction.sight import PageImage, Seen
from services.inference.engines import page_reader
from services.inference.ocr import PageReader
from tests.support.drawn import LINES, columned, encoded, picture


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return page_reader((), Path("nowhere"))


def shown(image: Image.Image) -> PageImage:
    return PageImage(image.width, image.height, image.tobytes())


def texts(seen: Seen) -> list[str]:
    """Line by line, in the direction in which they are read."""
    return [" ".join(word.text for word in line.words) for line in seen.lines]


@pytest.mark.parametrize(("turn", "quarters"), [(0, 0), (2.5, 0), (-1.5, 0), (90, 1), (180, 2), (270, 3)])
def test_drawn_text_is_read_in_any_direction(reader: PageReader, turn: float, quarters: int) -> None:
    seen = reader.read(shown(picture(turn=turn)))
    assert sorted(texts(seen)) == sorted(LINES)
    assert {line.turn for line in seen.lines} == {quarters}
    assert seen.tilt == pytest.approx(turn - 90 * quarters, abs=0.4)
    assert seen.confidence > 0.9


def test_the_box_of_a_word_holds_its_ink_and_no_other(reader: PageReader) -> None:
    image = picture(("alpha beta",))
    (line,) = reader.read(shown(image)).lines
    boxes = [tuple(round(edge) for edge in word.box) for word in line.words]
    inside = Image.new("L", image.size, 255)
    for left, top, right, bottom in boxes:
        inside.paste(image.crop((left, top, right, bottom)), (left, top))
    lost = sum(a < 100 <= b for a, b in zip(image.tobytes(), inside.tobytes(), strict=True))
    assert lost <= 0.02 * sum(value < 100 for value in image.tobytes())
    assert boxes[0][2] <= boxes[1][0]


def test_an_empty_page_has_no_lines(reader: PageReader) -> None:
    assert reader.read(shown(Image.new("L", (200, 300), 255))).lines == ()


def test_languages_nobody_reads_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="xx"):
        page_reader(("xx",), tmp_path)
    with pytest.raises(ModelUnavailable, match="kerf models pull pp-ocrv5-korean"):
        page_reader(("ko",), tmp_path)


def test_a_scan_in_two_columns_is_read_column_by_column(reader: PageReader) -> None:
    left = (
        "The first column of this",
        "page goes on to its foot,",
        "and only there does the",
        "reader go over to what",
    )
    right = (
        "stands beside it, where",
        "lines are as high as the",
        "others and begin close",
        "to the end of the first.",
    )
    data = encoded(columned(left, right, gutter=30))
    document = extract(data, "a.png", sight=Sight(OcrMode.AUTO, reader))
    assert " ".join(document.text.split()) == " ".join((*left, *right))
