from models.geometry import Box
from services.extraction.frames import placed
from services.extraction.margins import between_edges
from services.extraction.raw import RawLine, RawWord, Style

SHEET = Box(0.0, 0.0, 612.0, 792.0)


def line(text: str, x: float, y: float) -> RawLine:
    box = Box(x, y, x + 5 * len(text), y + 10)
    return RawLine((RawWord(text, box),), box, Style(10.0))


BODY = [line(f"line {n}", x, 72 + 12 * n) for x in (60, 330) for n in range(20)]


def parts(*edges: RawLine) -> list[list[str]]:
    (frame,) = placed([*BODY, *edges])
    return [[item.line.text for item in part] for part in between_edges(frame, SHEET)]


def test_a_number_above_the_right_column_comes_first_and_one_below_the_left_column_last() -> None:
    found = parts(line("17", 540, 40), line("below", 60, 750))
    assert [found[0], found[-1]] == [["17"], ["below"]]
    assert len(found[1]) == len(BODY)


def test_rows_next_to_the_text_and_long_ones_stay_with_it() -> None:
    assert len(parts(line("near", 540, 60))) == 1
    assert len(parts(line("x" * 110, 40, 30))) == 1


def test_rows_far_from_the_edge_stay_where_they_are() -> None:
    assert len(parts(line("a last word", 60, 500))) == 1
