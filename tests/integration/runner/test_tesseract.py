"""Tesseract reads where its library is, and is refused by name where it is not."""

import ctypes
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.errors import ModelUnavailable
from models.limits import Limits
from models.options import OcrEngine, ParsingOptions
from services.extraction.sight import PageImage, Seen
from services.inference import tesseract
from services.inference.tesseract import tesseract_reader
from services.inference.toolkit import Toolkit
from services.runner.process import Child
from tests.integration.runner.test_seeing import run
from tests.support.drawn import LINES, encoded, picture


def is_installed() -> bool:
    try:
        tesseract_reader(())
    except ModelUnavailable:
        return False
    return True


installed = pytest.mark.skipif(not is_installed(), reason="libtesseract with English data is not installed")


def seen(image: Image.Image) -> Seen:
    return tesseract_reader(("en",)).read(PageImage(image.width, image.height, image.tobytes()))


@installed
def test_drawn_text_is_read_line_by_line() -> None:
    found = seen(picture())
    assert [" ".join(word.text for word in line.words) for line in found.lines] == list(LINES)
    assert found.confidence > 0.9
    for line in found.lines:
        for word in line.words:
            assert 0 <= word.box.x0 < word.box.x1 <= 700
            assert 10 < word.box.height < 40


@installed
def test_an_empty_page_has_no_lines() -> None:
    assert seen(Image.new("L", (200, 300), 255)).lines == ()
    assert seen(Image.new("L", (0, 0))).lines == ()


@installed
def test_it_reads_behind_the_walls(tmp_path: Path) -> None:
    child = Child(Limits(deadline_seconds=110), models=tmp_path)
    try:
        result = run(child, tmp_path, encoded(picture()), parsing={"ocr_engine": "tesseract"})
    finally:
        child.close()
    assert " ".join(" ".join(chunk["text"] for chunk in result.chunks).split()) == " ".join(LINES)
    assert result.manifest["pages_seen"] == [1]


@installed
def test_languages_without_data_are_refused() -> None:
    with pytest.raises(ModelUnavailable, match="no data for xxx"):
        tesseract_reader(("xxx",))


def test_without_the_library_it_is_refused_and_everything_else_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(name: str) -> Any:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    toolkit = Toolkit(tmp_path)
    with pytest.raises(ModelUnavailable, match="Tesseract is not installed here"):
        toolkit.sight(ParsingOptions(ocr_engine=OcrEngine.TESSERACT), seeing=True)
    assert toolkit.sight(ParsingOptions(), seeing=True).eyes is not None
    assert tesseract.CODES["de"] == "deu"
