"""Lines of columns that came as one are cut at the gutter, and nothing else is."""

from collections.abc import Sequence

import pytest

from models.geometry import Box, bounds
from services.extraction.gutters import apart
from services.extraction.raw import RawLine, RawWord, Style

SIZE = 10.0
PROSE = (
    "the first column speaks of",
    "many things that all belong to",
    "one another and it goes on",
    "until the foot of this page",
    "where a reader turns to what",
    "stands beside it on the right",
)


def line(text: str, x: float, y: float, space: float = 3.0, turn: int = 0) -> RawLine:
    """Letters of five points; words that many points apart."""
    words = []
    for word in text.split():
        wide = 5.0 * len(word)
        words.append(RawWord(word, Box(x, y, x + wide, y + SIZE)))
        x += wide + space
    return RawLine(tuple(words), bounds([word.box for word in words]), Style(SIZE), turn)


def beside(left: RawLine, right: RawLine) -> RawLine:
    """Both as one line."""
    words = (*left.words, *right.words)
    return RawLine(words, bounds([word.box for word in words]), left.style, left.turn)


def justified(text: str, x: float, y: float, width: float) -> RawLine:
    words = text.split()
    room = width - 5.0 * sum(map(len, words))
    return line(text, x, y, room / (len(words) - 1))


def columns(gutter: float, count: int = 2, texts: Sequence[str] = PROSE) -> list[RawLine]:
    """Each row as one line over all columns; the second column says the same from its end."""
    rows = []
    for number, (left, right) in enumerate(zip(texts, reversed(texts), strict=True)):
        found = justified(left, 50, 100 + 14 * number, 150)
        for column in range(1, count):
            text = right if column % 2 else left
            found = beside(found, justified(text, 50 + column * (150 + gutter), 100 + 14 * number, 150))
        rows.append(found)
    return rows


def texts(lines: Sequence[RawLine]) -> list[str]:
    return [found.text for found in lines]


@pytest.mark.parametrize("gutter", [12.0, 25.0])
@pytest.mark.parametrize("count", [2, 3])
def test_rows_over_columns_are_cut_at_each_gutter(gutter: float, count: int) -> None:
    cut = apart(columns(gutter, count))
    rows = zip(PROSE, reversed(PROSE), strict=True)
    assert texts(cut) == [(left, right, left)[column] for left, right in rows for column in range(count)]
    assert all(found.box == bounds([word.box for word in found.words]) for found in cut)


def test_cells_of_a_wide_table_stay_row_by_row() -> None:
    rows = [
        beside(
            line("merchandise", 50, 100 + 14 * number), line(f"{number} pieces of it", 150, 100 + 14 * number)
        )
        for number in range(6)
    ]
    cut = apart(rows)
    assert texts(cut) == [text for number in range(6) for text in ("merchandise", f"{number} pieces of it")]


def test_a_heading_across_the_columns_stays_whole() -> None:
    title = line("a heading that goes over both of the columns here", 50, 60)
    cut = apart([title, *columns(12.0)])
    assert cut[0] == title
    assert len(cut) == 1 + 2 * len(PROSE)


def test_rows_that_came_apart_help_those_that_did_not() -> None:
    rows = columns(12.0)
    alone = [part for row in rows[1:] for part in apart(columns(12.0)) if part.box.y0 == row.box.y0]
    assert texts(apart([rows[0], *alone])) == texts(apart(rows))


def test_justified_prose_of_one_column_stays_whole() -> None:
    rows = [justified(text * 2, 50, 100 + 14 * number, 330) for number, text in enumerate(PROSE * 4)]
    assert list(apart(rows)) == rows


def test_numbers_of_items_are_no_column() -> None:
    rows = [
        beside(line(f"({'abcdef'[number]})", 50, 100 + 14 * number), line(text, 80, 100 + 14 * number))
        for number, text in enumerate(PROSE)
    ]
    assert list(apart(rows)) == rows


def test_two_rows_make_no_column() -> None:
    rows = columns(40.0)[:2]
    assert list(apart(rows)) == rows


def test_columns_that_run_down_the_page_are_cut_too() -> None:
    turned = [
        RawLine(
            tuple(RawWord(text, Box(700 - b.y1, b.x0, 700 - b.y0, b.x1)) for text, b in row.words),
            Box(700 - row.box.y1, row.box.x0, 700 - row.box.y0, row.box.x1),
            row.style,
            1,
        )
        for row in columns(12.0)
    ]
    assert texts(apart(turned)) == texts(apart(columns(12.0)))


def test_nothing_and_lines_of_one_word_are_left_alone() -> None:
    assert apart([]) == ()
    rows = [line("word", 50, 100 + 14 * number) for number in range(6)]
    assert list(apart(rows)) == rows
