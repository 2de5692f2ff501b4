from reportlab.pdfgen.canvas import Canvas

from models.document import BlockKind, Document, DropReason
from models.laws import check_document
from services.extraction.extract import extract
from tests.unit.extraction.samples import HEIGHT, SENTENCES, pdf, write

CODE = (
    "def area(width, height):",
    "    if width < 0:",
    "        raise ValueError    # no such thing",
    "    return width * height",
)


def read(*, numbers: bool, x: float = 72) -> Document:
    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES * 3)
        canvas.setFont("Courier", 10)
        for n, text in enumerate(CODE):
            if numbers:
                canvas.drawString(x, HEIGHT - 360 - 12 * n, str(n + 1))
            indent = len(text) - len(text.lstrip())
            canvas.drawString(x + numbers * 24 + 6 * indent, HEIGHT - 360 - 12 * n, text.lstrip())
        write(canvas, SENTENCES, top=500)

    document = extract(pdf(page))
    check_document(document)
    return document


def code(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is BlockKind.CODE]


def test_code_keeps_its_indentation_and_the_spaces_inside_its_lines() -> None:
    assert code(read(numbers=False)) == ["\n".join(CODE)]


def test_numbers_before_the_lines_of_a_listing_are_declared_and_make_no_table_of_it() -> None:
    document = read(numbers=True)
    assert document.tables == ()
    assert code(document) == ["\n".join(CODE)]
    dropped = [drop.text for drop in document.drops if drop.reason is DropReason.LINE_NUMBER]
    assert dropped == ["1", "2", "3", "4"]


def test_numbers_that_are_part_of_the_code_stay() -> None:
    lines = ("120 PRINT X", "140 GOTO 10", "7", "200 END")

    def page(canvas: Canvas) -> None:
        write(canvas, SENTENCES * 3)
        write(canvas, lines, top=360, font="Courier")

    assert code(extract(pdf(page))) == ["\n".join(lines)]
