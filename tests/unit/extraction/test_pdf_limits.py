import resource
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from models.document import Document
from models.errors import CorruptDocument
from models.geometry import Box
from models.laws import check_document
from models.limits import DEFAULT_LIMITS
from services.extraction.paged import read_paper
from services.extraction.pdf import _open, _page, read_pdf
from services.extraction.pdf_lines import clean_words
from services.extraction.raw import RawLine, RawPage, RawPaper, RawWord, Style
from tests.unit.extraction.samples import SENTENCES, pdf, write

MEGABYTE = 1024 * 1024


def page_with(content: bytes) -> bytes:
    """A PDF of one page with that content stream, compressed."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % numbered for numbered in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF"


def test_a_page_that_cannot_be_read_is_flagged_and_named() -> None:
    data = pdf(lambda canvas: write(canvas, SENTENCES))
    opened = _open(data)
    failed = _page(opened, 2, DEFAULT_LIMITS)
    opened.close()
    assert failed.failed
    reading = read_paper(RawPaper((*read_pdf(data).pages, failed)))
    document = Document(reading.text, "application/pdf", "", reading.blocks, reading.pages, reading.words)
    check_document(document)
    assert document.pages_without_text == (2,)
    assert reading.metadata["failed_pages"] == "2"


def raw_page(*words: str) -> RawPage:
    found = tuple(RawWord(word, Box(10, 10, 90, 20)) for word in words)
    return RawPage(1, 100, 100, (RawLine(found, Box(10, 10, 90, 20), Style(10)),), drawn=True)


@pytest.mark.parametrize(("word", "expected"), [("\ufffd" * 6, True), ("some\ufffd", False)])
def test_a_page_of_glyphs_without_known_characters_waits_for_ocr(word: str, *, expected: bool) -> None:
    assert read_paper(RawPaper((raw_page(word),))).pages[0].needs_ocr == expected


def test_control_characters_of_a_page_are_declared_and_words_are_composed() -> None:
    words = [(0.0, 0.0, 9.0, 9.0, text, 0, 0, 0) for text in ("a\x02b", "\x03", "Gu\u0308te\u037e")]
    cleaned, drops = clean_words(words, 4)
    assert [word[4] for word in cleaned] == ["ab", "Güte;"]
    assert [(drop.text, drop.page) for drop in drops] == [("U+0002", 4), ("U+0003", 4)]


@pytest.mark.parametrize("megabytes", [200, 300])
def test_a_page_that_needs_more_memory_than_there_is_ends_in_a_typed_error(
    tmp_path: Path, megabytes: int
) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(page_with(b"BT /F 10 Tf 72 700 Td (hello) Tj ET\n" * 400_000))
    program = (
        "import sys\n"
        "from models.errors import MemoryLimit\n"
        "from services.extraction.extract import extract\n"
        "try:\n"
        "    extract(open(sys.argv[1], 'rb').read())\n"
        "except MemoryLimit:\n"
        "    sys.exit(7)\n"
    )
    limit = megabytes * MEGABYTE
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert (done.returncode, done.stderr) == (7, b"")


def test_a_tree_of_pages_that_leads_nowhere_is_a_typed_error() -> None:
    data = page_with(b"").replace(b"/Kids [3 0 R] /Count 1", b"/Kids [2 0 R] /Count 9")
    with pytest.raises(CorruptDocument):
        read_pdf(data)
