"""`kerf segment --draw`, as a user types it."""

import stat
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from PIL import Image, ImageColor
from reportlab.pdfgen.canvas import Canvas

from cli.drawing import drawing
from models.errors import InvalidOptions
from services.drawing.colours import colour
from tests.integration.cli.test_documents import kerf, rows
from tests.support.drawn import encoded, picture

SVG = "{http://www.w3.org/2000/svg}"


def texts(path: Path) -> list[str]:
    return [element.text or "" for element in ET.parse(path).iter(f"{SVG}text")]


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_page_is_drawn_and_the_chunks_are_written_as_ever(pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.svg"
    options = ("segment", pdf, "--strategy", "s2", "--max-tokens", 64)
    done = kerf(*options, "--draw", target)
    assert done.stdout == kerf(*options).stdout
    said = texts(target)
    assert "Page 1 of 2" in said
    for chunk in rows(done):
        assert (f"#{chunk['index']}" in said) == (1 in chunk["pages"])
    assert left_in(tmp_path) == {pdf.name, "page.svg"}


def test_the_graph_of_s2_is_drawn(pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.svg"
    canvas = Canvas(str(pdf), pagesize=(400, 600))
    for at in range(5):
        canvas.drawString(50, 550 - 60 * at, f"Paragraph {at} tells of ships and harbours.")
    canvas.save()
    for strategy, expected in (("s2", True), ("recursive", False)):
        assert kerf("segment", pdf, "--strategy", strategy, "--draw", target).returncode == 0
        titles = [element.text or "" for element in ET.parse(target).iter(f"{SVG}title")]
        assert any("likeness" in title for title in titles) is expected


def test_a_png_has_the_colours_of_the_chunks(pdf: Path, tmp_path: Path) -> None:
    target, svg = tmp_path / "Page.PNG", tmp_path / "page.svg"
    options = ("segment", pdf, "--max-tokens", 64, "--draw-page", 2, "--draw")
    kerf(*options, svg)
    done = kerf(*options, target)
    here = [chunk for chunk in rows(done) if 2 in chunk["pages"]]
    image = Image.open(target)
    root = ET.parse(svg).getroot()
    assert image.format == "PNG"
    assert image.size == pytest.approx([2 * float(root.attrib[key]) for key in ("width", "height")], abs=1)
    found = {shade for _, shade in image.convert("RGB").getcolors(1 << 24) or ()}
    assert len(here) > 2
    for place in range(len(here)):
        assert ImageColor.getrgb(colour(place)) in found
    assert ImageColor.getrgb(colour(len(here))) not in found


def test_an_image_can_be_drawn_from_standard_input(tmp_path: Path) -> None:
    target = tmp_path / "page.svg"
    assert kerf("segment", "-", "--draw", target, stdin=encoded(picture())).returncode == 0
    assert "Pictures" in texts(target)


def test_what_was_there_is_replaced_in_one_step(pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.svg"
    target.write_text("what was there", encoding="utf-8")
    assert kerf("segment", pdf, "--draw", target, "--draw-page", 3).returncode == 2
    assert target.read_text(encoding="utf-8") == "what was there"
    assert kerf("segment", pdf, "--draw", target).returncode == 0
    assert "Page 1 of 2" in texts(target)
    assert left_in(tmp_path) == {pdf.name, "page.svg"}
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize(
    ("target", "page", "files", "said"),
    [
        ("page.gif", None, 1, "--draw page.gif: the name must end in .png or .svg"),
        ("page", None, 1, "--draw page: the name must end in .png or .svg"),
        ("none/page.svg", None, 1, "--draw none/page.svg: this is no place for a file"),
        ("folder.png", None, 1, "--draw folder.png: this is no place for a file"),
        ("two pages.svg", None, 1, "--draw two pages.svg: this is the file itself"),
        (None, 1, 1, "--draw-page says which page --draw draws, and there is no --draw"),
        ("page.svg", None, 2, "--draw takes exactly one file"),
        ("page.svg", None, 0, "--draw takes exactly one file"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_any_work(
    pdf: Path, target: str | None, page: int | None, files: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pdf.parent)
    Path("folder.png").mkdir()
    Path("two pages.svg").hardlink_to(pdf)
    with pytest.raises(InvalidOptions) as caught:
        drawing(Path(target) if target else None, page, [pdf.name] * files)
    assert caught.value.detail == said


def test_a_folder_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(InvalidOptions, match="exactly one file"):
        drawing(Path("page.svg"), None, [str(tmp_path)])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--draw", "page.svg", "--draw-page", "0"], "there is no page 0; the document has 2"),
        (["--draw", "page.gif"], "--draw page.gif: the name must end in .png or .svg"),
        (["--draw", "/proc/page.svg"], "--draw /proc/page.svg: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(
    pdf: Path, options: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pdf.parent)
    done = kerf("segment", pdf.name, *options)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.endswith(f"invalid_options: {said}")
    assert left_in(pdf.parent) == {pdf.name}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plain.txt", "invalid_options: only documents with pages can be drawn: PDFs and images"),
        ("packed.zip", "invalid_options: --draw takes a document, not an archive of them"),
        ("blank.pdf", "no_text: nothing but white space"),
    ],
)
def test_what_has_no_pages_is_not_drawn(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "plain.txt").write_text("Some words.", encoding="utf-8")
    with ZipFile(tmp_path / "packed.zip", "w") as packed:
        packed.writestr("plain.txt", "Some words.")
    canvas = Canvas(str(tmp_path / "blank.pdf"))
    canvas.showPage()
    canvas.save()
    done = kerf("segment", tmp_path / name, "--draw", tmp_path / "page.png")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().rstrip().endswith(said)
    assert not (tmp_path / "page.png").exists()


def test_hostile_text_is_drawn_as_letters(tmp_path: Path) -> None:
    path, target = tmp_path / "hostile.pdf", tmp_path / "page.svg"
    canvas = Canvas(str(path), pagesize=(600, 200))
    canvas.drawString(20, 100, "</text><script>alert(1)</script> <image href='https://example.org/'/>")
    canvas.save()
    (chunk,) = rows(kerf("segment", path, "--draw", target))
    assert " ".join(texts(target)[: len(chunk["text"].split())]) == " ".join(chunk["text"].split())
    assert {element.tag for element in ET.parse(target).iter()} <= {
        SVG + name for name in ("svg", "g", "rect", "path", "text", "title")
    }
    assert kerf("segment", path, "--draw", tmp_path / "page.png").returncode == 0
    assert Image.open(BytesIO((tmp_path / "page.png").read_bytes())).size[0] > 2000
