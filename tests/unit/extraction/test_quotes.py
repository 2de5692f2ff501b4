from dataclasses import replace

from models.document import BlockKind
from models.geometry import Box
from services.extraction.quotes import mark_quotes
from services.extraction.raw import RawBlock, RawLine, RawWord, Style


def paragraph(y: float, x0: float, x1: float, *, rows: int = 4, indent: float = 0.0) -> RawBlock:
    boxes = [Box(x0 + indent * (n == 0), y + 12 * n, x1, y + 12 * n + 10) for n in range(rows)]
    lines = [RawLine((RawWord("a", box),) * 6, box, Style(10.0)) for box in boxes]
    return RawBlock(1, tuple((line,) for line in lines))


def kinds(*blocks: RawBlock) -> list[BlockKind]:
    return [block.kind for block in mark_quotes(blocks)]


TEXT, QUOTE = BlockKind.PARAGRAPH, BlockKind.QUOTE


def test_what_is_indented_on_both_sides_between_wider_text_is_a_quote() -> None:
    wide, narrow, after = paragraph(100, 72, 540), paragraph(160, 108, 504), paragraph(220, 72, 540)
    assert kinds(wide, narrow, after) == [TEXT, QUOTE, TEXT]


def test_a_quote_of_two_paragraphs_is_both_of_them() -> None:
    parts = [paragraph(160, 108, 504), paragraph(220, 108, 504)]
    assert kinds(paragraph(100, 72, 540), *parts) == [TEXT, QUOTE, QUOTE]


def test_what_is_indented_on_one_side_or_stands_first_or_alone_is_none() -> None:
    wide = paragraph(100, 72, 540)
    assert kinds(wide, paragraph(160, 108, 540)) == [TEXT, TEXT]
    assert kinds(wide, paragraph(160, 72, 504)) == [TEXT, TEXT]
    assert kinds(paragraph(40, 108, 504), wide) == [TEXT, TEXT]
    assert kinds(wide, paragraph(160, 108, 504, rows=1)) == [TEXT, TEXT]
    assert kinds(wide, paragraph(160, 300, 420)) == [TEXT, TEXT]


def test_a_section_set_narrower_and_short_rows_are_none() -> None:
    narrow = paragraph(160, 108, 504)
    named = replace(
        narrow, rows=((_says("Section 8. Work that is done well", narrow.lines[0]),), *narrow.rows[1:])
    )
    short = replace(narrow, rows=(narrow.rows[0], *paragraph(172, 108, 200, rows=2).rows, narrow.rows[3]))
    assert kinds(paragraph(100, 72, 540), named) == kinds(paragraph(100, 72, 540), short) == [TEXT, TEXT]


def _says(text: str, line: RawLine) -> RawLine:
    return replace(line, words=tuple(RawWord(word, line.box) for word in text.split()))
