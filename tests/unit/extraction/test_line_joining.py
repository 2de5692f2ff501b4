from dataclasses import replace

from models.geometry import Box
from services.extraction.line_joining import joined_lines
from services.extraction.raw import RawLine, RawWord, Run, Style

PLAIN, BOLD = Style(10.0), Style(10.0, bold=True)


def piece(text: str, x: float, *, y: float = 100, style: Style = PLAIN, turn: int = 0) -> RawLine:
    """A word of 5 points a letter."""
    length = 5.0 * len(text)
    box = Box(x, y, x + length, y + 10) if turn == 0 else Box(y, -x - length, y + 10, -x)
    return RawLine((RawWord(text, box),), box, style, turn)


def test_words_that_the_file_writes_one_by_one_are_one_line() -> None:
    pieces = [piece("Effect", 50), piece("of", 83), piece("organic", 96), piece("Next", 50, y=112)]
    found = joined_lines(pieces)
    assert [line.text for line in found] == ["Effect of organic", "Next"]
    assert found[0].box == Box(50, 100, 131, 110)


def test_what_stands_across_a_gutter_or_in_another_cell_is_not_joined() -> None:
    pieces = [piece("left", 50), piece("right", 78), piece("lower", 104, y=108)]
    assert joined_lines(pieces) == tuple(pieces)


def test_words_that_run_up_the_page_are_joined_in_their_own_direction() -> None:
    found = joined_lines([piece("up", 50, turn=3), piece("wards", 63, turn=3), piece("flat", 91)])
    assert [line.text for line in found] == ["up wards", "flat"]


def test_a_joined_line_knows_how_each_of_its_words_looks() -> None:
    (line,) = joined_lines([piece("Scope.", 50, style=BOLD), piece("This", 83), piece("agreement", 106)])
    assert line.runs == (Run(6, BOLD), Run(13, PLAIN))
    assert line.style == PLAIN
    (bold,) = joined_lines([piece("Two", 50, style=BOLD), piece("words", 68, style=BOLD)])
    assert (bold.style, bold.runs) == (BOLD, ())


def test_lines_of_different_parts_of_a_tagged_file_stay_apart() -> None:
    pieces = [replace(piece("cell", 50), role="TR TD"), replace(piece("next", 73), role="TR TH")]
    assert joined_lines(pieces) == tuple(pieces)
