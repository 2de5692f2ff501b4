import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from models.document import BlockKind, Document, DropReason
from models.errors import CorruptDocument, EncryptedDocument, NoPages, TooManyPages
from models.geometry import Box
from models.laws import check_document
from models.limits import Limits
from services.extraction.extract import extract
from tests.unit.extraction.samples import HEIGHT, SENTENCES, WIDTH, Draw, heading, pdf, write


def read(data: bytes) -> Document:
    document = extract(data)
    check_document(document)
    return document


def texts(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks]


def test_wrapped_lines_become_one_paragraph_and_every_word_has_its_box() -> None:
    document = read(pdf(lambda canvas: write(canvas, SENTENCES)))
    assert document.text == " ".join(SENTENCES)
    first = next(iter(document.words))
    assert first.span.of(document.text) == "The"
    assert first.box.x0 == pytest.approx(72, abs=1)
    assert first.box.y0 == pytest.approx(90, abs=5)
    assert [word.span.of(document.text) for word in document.words] == document.text.split()


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"left column line {n} of the text" for n in range(20)]
    right = [f"right column line {n} of the text" for n in range(20)]

    def draw(canvas: Canvas) -> None:
        write(canvas, left, x=72)
        write(canvas, right, x=330)

    assert texts(read(pdf(draw))) == [" ".join([*left, *right])]


def test_a_column_that_ends_a_sentence_ends_its_paragraph() -> None:
    left = [*(f"left column line {n} of the text" for n in range(20)), "and here it ends."]
    right = [f"Right column line {n} of the text" for n in range(20)]

    def draw(canvas: Canvas) -> None:
        write(canvas, left, x=72)
        write(canvas, right, x=330)

    assert texts(read(pdf(draw))) == [" ".join(left), " ".join(right)]


def test_columns_written_line_by_line_across_the_page_are_still_columns() -> None:
    left = [f"the left column has this line {n}" for n in range(12)]
    right = [f"the right column has that line {n}" for n in range(12)]

    def draw(canvas: Canvas) -> None:
        for n in range(12):
            write(canvas, [left[n]], x=72, top=100 + 14 * n)
            write(canvas, [right[n]], x=330, top=100 + 14 * n)

    text = read(pdf(draw)).text
    assert text.index(left[-1]) < text.index(right[0])


def test_three_columns_under_a_heading_across_them() -> None:
    columns = [[f"column {name} line {n} here" for n in range(12)] for name in "abc"]

    def draw(canvas: Canvas) -> None:
        heading(canvas, "One heading that goes across all of the columns below", top=80)
        for x, lines in zip((50, 235, 420), columns, strict=True):
            write(canvas, lines, x=x, top=110)

    document = read(pdf(draw))
    assert texts(document)[0] == "One heading that goes across all of the columns below"
    order = [document.text.index(lines[0]) for lines in columns]
    assert order == sorted(order)
    assert document.text.index(columns[0][-1]) < order[1]


def test_a_table_is_read_row_by_row() -> None:
    cells = [(f"item {n}", f"{n * 7} pieces") for n in range(8)]

    def draw(canvas: Canvas) -> None:
        for n, (name, amount) in enumerate(cells):
            write(canvas, [name], x=72, top=100 + 14 * n)
            write(canvas, [amount], x=300, top=100 + 14 * n)

    document = read(pdf(draw))
    assert document.text == "\n".join(f"{name} | {amount}" for name, amount in cells)
    (table,) = document.tables
    assert (table.rows, table.columns) == (8, 2)
    assert [cell.span.of(document.text) for cell in table.cells] == [part for row in cells for part in row]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_lie_on_the_page_as_it_is_seen_whatever_its_rotation(rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        if rotation % 180:
            canvas.setPageSize((HEIGHT, WIDTH))  # reportlab swaps the sides of a page that it turns
        canvas.setPageRotation(rotation)
        write(canvas, SENTENCES)

    document = read(pdf(draw))
    page = document.pages[0]
    expected = (WIDTH, HEIGHT) if rotation % 180 == 0 else (HEIGHT, WIDTH)
    assert (page.width, page.height) == pytest.approx(expected)
    assert document.text == " ".join(SENTENCES)
    around = Box(0, 0, page.width, page.height)
    assert all(around.contains(word.box, 0.01) for word in document.words)
    first = next(iter(document.words)).box
    turned = {0: (72, 90), 90: (HEIGHT - 100, 72), 180: (WIDTH - 72, HEIGHT - 100), 270: (90, WIDTH - 72)}
    corner = (first.x0, first.y0) if rotation in (0, 90) else (first.x1, first.y0)
    corner = (first.x0, first.y1) if rotation == 270 else corner
    assert corner == pytest.approx(turned[rotation], abs=8)


def test_text_that_runs_up_the_margin_comes_after_the_main_text() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(90)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(300, -40, "a note that runs up the margin")
        canvas.restoreState()
        write(canvas, SENTENCES)

    assert texts(read(pdf(draw))) == [" ".join(SENTENCES), "a note that runs up the margin"]


def test_running_headers_footers_and_page_numbers_are_declared_and_left_out() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            write(canvas, ["Supply Agreement, Confidential"], top=40)
            write(canvas, [f"On page {number} only: {line}" for line in SENTENCES], top=100)
            write(canvas, [f"Page {number} of 4"], x=280, top=760)

        return draw

    document = read(pdf(*(page(n) for n in range(1, 5))))
    assert "Confidential" not in document.text
    assert "Page 2 of 4" not in document.text
    assert document.text.count("On page 3 only") == len(SENTENCES)
    declared = [(drop.reason, drop.text, drop.page) for drop in document.drops]
    assert (DropReason.RUNNING_HEADER, "Supply Agreement, Confidential", 2) in declared
    assert (DropReason.PAGE_NUMBER, "Page 4 of 4", 4) in declared
    assert all(drop.box is not None for drop in document.drops)


def test_a_line_that_runs_up_the_margin_of_every_page_is_furniture() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(90)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(100, -590, "printed by someone on a machine")
        canvas.restoreState()
        write(canvas, SENTENCES)

    document = read(pdf(draw, draw, draw))
    assert "printed by" not in document.text
    assert len(document.drops) == 3


def test_chapter_headings_at_the_top_of_single_pages_stay() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            heading(canvas, f"Table {number}. Amounts of a year", top=60, size=12)
            write(canvas, [f"{line} {number}" for line in SENTENCES], top=100)

        return draw

    document = read(pdf(*(page(n) for n in range(1, 6))))
    assert [f"Table {n}. Amounts of a year" in document.text for n in range(1, 6)] == [True] * 5
    assert not document.drops


def test_pages_that_hold_one_line_keep_it() -> None:
    document = read(pdf(*(lambda c, n=n: write(c, [f"Original page {n}"], top=40) for n in range(6))))
    assert texts(document) == [f"Original page {n}" for n in range(6)]
    assert not document.drops


def test_headings_take_their_level_from_size() -> None:
    def draw(canvas: Canvas) -> None:
        heading(canvas, "The whole agreement", top=80, size=22)
        for n, (title, size) in enumerate([("Delivery", 16), ("Places", 13), ("Payment", 16)]):
            heading(canvas, title, top=130 + 120 * n, size=size)
            write(canvas, SENTENCES, top=150 + 120 * n)

    document = read(pdf(draw))
    found = [(block.kind, block.level, block.span.of(document.text)) for block in document.blocks]
    named = [item for item in found if item[0] is not BlockKind.PARAGRAPH]
    assert named == [
        (BlockKind.TITLE, 0, "The whole agreement"),
        (BlockKind.HEADING, 1, "Delivery"),
        (BlockKind.HEADING, 2, "Places"),
        (BlockKind.HEADING, 1, "Payment"),
    ]


def test_the_outline_gives_levels_that_type_size_does_not() -> None:
    def draw(canvas: Canvas) -> None:
        for n, (title, level) in enumerate([("Delivery of goods", 0), ("Places of delivery", 1)]):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level=level)
            heading(canvas, title, top=100 + 120 * n, size=12)
            write(canvas, SENTENCES, top=125 + 120 * n)

    document = read(pdf(draw))
    found = {block.span.of(document.text): (block.kind, block.level) for block in document.blocks}
    assert found["Places of delivery"] == (BlockKind.HEADING, 2)


def test_list_items_are_known_by_bullet_or_enumerator() -> None:
    lines = [
        "• first thing to be done",
        "• second thing to be done;",
        "(a) the one",
        "2.1 the other of the two",
    ]

    def draw(canvas: Canvas) -> None:
        for n, line in enumerate(lines):
            write(canvas, [line], top=200 + 14 * n)
        write(canvas, SENTENCES, top=100)

    document = read(pdf(draw))
    assert [block.kind for block in document.blocks] == [BlockKind.PARAGRAPH, *[BlockKind.LIST_ITEM] * 4]


def test_a_page_of_pictures_waits_for_ocr_and_an_empty_page_does_not() -> None:
    document = read(
        pdf(lambda c: c.rect(50, 50, 300, 300, fill=1), lambda _: None, lambda c: write(c, SENTENCES))
    )
    assert [page.needs_ocr for page in document.pages] == [True, False, False]
    assert document.pages[0].span == document.pages[1].span
    assert document.pages_without_text == (1,)


def test_owner_encryption_is_read_and_user_encryption_is_refused() -> None:
    owner = StandardEncryption("", ownerPassword="owner", canPrint=0)
    assert read(pdf(lambda c: write(c, SENTENCES), encryption=owner)).text == " ".join(SENTENCES)
    user = StandardEncryption("user", ownerPassword="owner")
    with pytest.raises(EncryptedDocument):
        extract(pdf(lambda c: write(c, SENTENCES), encryption=user))


def test_too_many_pages_and_damage_are_typed_errors() -> None:
    with pytest.raises(TooManyPages):
        extract(pdf(lambda _: None, lambda _: None), limits=Limits(max_pages=1))
    with pytest.raises((CorruptDocument, NoPages)):
        extract(b"%PDF-1.7\nnothing follows")


def test_a_pdf_cut_off_in_the_middle_is_read_or_refused_but_never_crashes() -> None:
    data = pdf(*(lambda c: write(c, SENTENCES) for _ in range(3)))
    for share in range(1, 10):
        try:
            document = extract(data[: len(data) * share // 10])
        except (CorruptDocument, NoPages):
            continue
        check_document(document)


def test_progress_is_told_page_by_page() -> None:
    seen: list[tuple[int, int]] = []
    extract(pdf(lambda _: None, lambda _: None), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_nothing_is_printed_and_no_model_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "small.pdf"
    path.write_bytes(pdf(lambda c: write(c, SENTENCES)) + b"\ngarbage")
    program = (
        "import sys; from services.extraction.extract import extract;"
        "assert 'pymupdf' not in sys.modules and 'lxml' not in sys.modules;"
        "assert extract(open(sys.argv[1], 'rb').read()).text;"
        "assert 'onnxruntime' not in sys.modules and 'pymupdf.layout' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
