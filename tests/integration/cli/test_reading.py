"""`kerf parse` and `kerf segment` with options of reading, as a user types them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.test_documents import kerf, rows
from tests.support.drawn import LINES, encoded, picture

TEXT = " ".join(LINES)


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    """A picture with three lines of text."""
    path = tmp_path / "page.png"
    path.write_bytes(encoded(picture()))
    return path


def parsed(path: Path, *options: object) -> dict[str, Any]:
    """The one document of a run that succeeds."""
    (document,) = rows(kerf("parse", path, *options))
    return document


def test_a_picture_is_read_with_boxes_and_confidence(scanned: Path) -> None:
    document = parsed(scanned)
    assert " ".join(document["text"].split()) == TEXT
    (page,) = document["pages"]
    assert page["confidence"] > 0.9
    for block in document["blocks"]:
        x0, y0, x1, y1 = block["box"]
        assert 0 <= x0 < x1 <= page["width"]
        assert 0 <= y0 < y1 <= page["height"]


def test_nothing_is_read_from_pictures_where_it_is_not_wanted(scanned: Path) -> None:
    document = parsed(scanned, "--ocr", "never")
    assert document["text"] == ""
    assert document["pages"][0]["needs_ocr"]
    cut = kerf("segment", scanned, "--ocr", "never")
    assert (cut.returncode, cut.stdout) == (2, b"")
    assert cut.stderr.decode() == f"kerf: {scanned}: no_text: 1 page(s) need OCR\n"


def test_chunks_of_a_picture_hold_its_text(scanned: Path) -> None:
    chunks = rows(kerf("segment", scanned, "--ocr-language", "EN", "--ocr-language", "de"))
    assert " ".join(" ".join(chunk["text"] for chunk in chunks).split()) == TEXT
    assert [box["page"] for chunk in chunks for box in chunk["boxes"]] == [1] * len(chunks)


def test_text_that_is_there_is_read_from_its_picture_on_demand(pdf: Path) -> None:
    drawn, written = parsed(pdf, "--ocr", "always"), parsed(pdf)
    assert [page["confidence"] for page in written["pages"]] == [None, None]
    assert all(page["confidence"] > 0.9 for page in drawn["pages"])
    assert "Line 7 of page 2" in drawn["text"]


def test_tables_are_shown_as_html_and_markdown(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<table><tr><th colspan=2>k<tr><td>a|b<td>&lt;i>", encoding="utf-8")
    (table,) = parsed(path)["tables"]
    assert (
        table["html"]
        == '<table><tr><th colspan="2">k</th></tr><tr><td>a|b</td><td>&lt;i&gt;</td></tr></table>'
    )
    assert table["markdown"] == "| k |  |\n| --- | --- |\n| a\\|b | \\<i> |"
    assert kerf("parse", path, "--output", "markdown").stdout.decode() == table["markdown"] + "\n"


@pytest.mark.parametrize("layout", ["model", "auto"])
def test_a_network_changes_no_word(pdf: Path, layout: str) -> None:
    assert parsed(pdf, "--layout", layout)["text"].split() == parsed(pdf)["text"].split()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--ocr-language", "german"), "invalid_options: ocr_languages.0: "),
        (("--ocr", "perhaps"), "'auto', 'always', 'never'"),
        (("--layout", "slow"), "'fast', 'model', 'auto'"),
    ],
)
@pytest.mark.parametrize("command", ["parse", "segment"])
def test_options_that_do_not_exist_are_refused(
    scanned: Path, command: str, options: tuple[str, str], said: str
) -> None:
    done = kerf(command, scanned, *options)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in " ".join(done.stderr.decode().replace("│", "").split())
    assert "Traceback" not in done.stderr.decode()


def test_a_language_without_its_network_is_one_line_that_says_what_to_do(scanned: Path) -> None:
    done = kerf("parse", scanned, "--ocr-language", "ko")
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert "run `kerf models pull pp-ocrv5-korean` once" in line
    unknown = kerf("parse", scanned, "--ocr-language", "xx")
    assert b"model_unavailable: there is no model that reads xx" in unknown.stderr


def test_parse_says_which_options_there_are() -> None:
    said = " ".join(kerf("parse", "--help").stdout.decode().replace("│", "").split())
    for word in (
        "--ocr",
        "<auto|always|never>",
        "--ocr-language",
        "--ocr-engine",
        "<networks|tesseract>",
        "--layout",
        "<fast|model|auto>",
        "--output",
    ):
        assert word in said, json.dumps(said)
