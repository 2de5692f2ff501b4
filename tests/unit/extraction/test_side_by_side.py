from collections.abc import Sequence

from models.geometry import Box
from services.extraction.frames import placed
from services.extraction.raw import RawLine, RawWord, Style
from services.extraction.reading_order import flows, rows
from services.extraction.side_by_side import apart


def line(text: str, x: float, y: float, *, fixed: bool = False) -> RawLine:
    """Words of 5 points a letter."""
    words = []
    for word in text.split():
        words.append(RawWord(word, Box(x, y, x + 5 * len(word), y + 10)))
        x += 5 * len(word) + 3
    box = Box(words[0].box.x0, y, words[-1].box.x1, y + 10)
    return RawLine(tuple(words), box, Style(10.0, fixed=fixed))


def parts(lines: Sequence[RawLine], *, seen: bool = False) -> list[str]:
    (frame,) = placed(lines)
    found = apart(rows(frame), seen=seen)
    return [" / ".join(" ".join(item.line.text for item in row) for row in part) for part in found]


LEFT = [line(f"left text number {n} runs on", 50, 100 + 12 * n) for n in range(3)]
RIGHT = [line(f"right text number {n} runs on", 300, 100 + 12 * n) for n in range(3)]
BY_ROWS = [text for pair in zip(LEFT, RIGHT, strict=True) for text in pair]


def joined(lines: Sequence[RawLine]) -> str:
    return " / ".join(one.text for one in lines)


def test_what_the_file_writes_one_after_the_other_is_read_so() -> None:
    assert parts([*LEFT, *RIGHT]) == [joined(LEFT), joined(RIGHT)]


def test_what_the_file_writes_row_by_row_stays_in_rows_and_is_apart() -> None:
    assert parts(BY_ROWS) == [one.text for one in BY_ROWS]


def test_in_a_picture_texts_are_read_one_after_the_other_and_names_with_their_values() -> None:
    assert parts(BY_ROWS, seen=True) == [joined(LEFT), joined(RIGHT)]
    pairs = [line("Name", 50, 100), line("Smith", 300, 100), line("Place", 50, 112), line("Bern", 300, 112)]
    assert parts(pairs, seen=True) == ["Name", "Smith", "Place", "Bern"]


def signatures() -> list[RawLine]:
    """Four names, a date beside each that stands a little higher, as in a crooked picture."""
    lines = []
    for y in range(100, 300, 50):
        signed = [
            line(text, 50, y + 12 * n)
            for n, text in enumerate(("By: /s/ A. Smith", "A. Smith, Esq. of Bern"))
        ]
        lines += [
            signed[0],
            line("Date: 4/8/2020", 300, y - 1),
            signed[1],
            line("Chief Officer of this", 50, y + 24),
        ]
    return lines


def test_in_a_picture_lines_alone_beside_a_text_belong_to_their_rows() -> None:
    (found,) = flows(placed(signatures())[0])  # no columns
    order = [item.line.text for part in apart(found, seen=True) for row in part for item in row]
    assert order == [one.text for one in signatures()]


def test_the_line_above_a_text_belongs_to_it_and_one_over_both_to_neither() -> None:
    over = line("a line that reaches from the one to the other side of both of the texts below", 50, 76)
    first = line("the first line of the left text", 50, 88)
    assert parts([over, first, *LEFT, *RIGHT]) == [over.text, joined([first, *LEFT]), joined(RIGHT)]


def test_numbers_dots_and_code_are_not_cut_off() -> None:
    rows_of = (
        [line("12.", 50, 100), line("Delivery of the goods", 100, 100)],
        [line("Delivery . . . . . . .", 50, 100), line("17", 300, 100)],
        [line("E = m c", 150, 100), line("(4)", 300, 100)],
        [line("x = 1", 50, 100, fixed=True), line("# one", 150, 100, fixed=True)],
    )
    assert [len(parts(row)) for row in rows_of] == [1, 1, 1, 1]
    assert len(parts([line("Patent", 50, 100), line("May 12", 150, 100)])) == 2
