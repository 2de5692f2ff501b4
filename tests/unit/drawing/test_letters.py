"""Lettering: how wide, how long, where it goes."""

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from models.geometry import Box
from services.drawing.labels import Room
from services.drawing.letters import shortened, width, wrapped
from services.drawing.svg import curve, number, plain

ASCII = "".join(map(chr, range(32, 127)))
PAGE = Box(0, 0, 600, 800)


@pytest.mark.parametrize("letter", ASCII)
def test_letters_are_as_wide_as_those_of_helvetica(letter: str) -> None:
    assert width(letter, 10) == pytest.approx(stringWidth(letter, "Helvetica", 10))


def test_other_letters_have_a_width_too() -> None:
    assert width("条約", 10) == 20
    assert width("é", 10) == 6
    assert width("e\u0301", 10) == width("e", 10)


def test_what_is_too_wide_is_shortened_and_wrapped() -> None:
    said = "paragraph end; one more unit would make 403 tokens"
    assert shortened(said, 10, 1000) == said
    short = shortened(said, 10, 100)
    assert short.endswith("…")
    assert said.startswith(short[:-1])
    assert 80 < width(short, 10) <= 100
    lines = wrapped(said.split(), 10, 100, 9)
    assert " ".join(lines) == said
    assert all(width(line, 10) <= 100 for line in lines)
    cut = wrapped(said.split(), 10, 100, 2)
    assert cut[0] == lines[0]
    assert cut[1].endswith("…")
    assert wrapped([], 10, 100, 2) == []


def test_a_label_goes_where_no_text_is() -> None:
    block = Box(100, 100, 300, 200)
    lines = [Box(100, y, 300, y + 12) for y in range(100, 200, 14)]
    room = Room(PAGE, lines)
    _, first = room.placed(block, [40, 20], 11)
    _, second = room.placed(block, [40, 20], 11)
    for label in (first, second):
        assert not any(_meet(label, line) for line in lines)
    assert not _meet(first, second)


def test_a_short_label_is_taken_where_the_long_one_would_cover_text() -> None:
    lines = [Box(x, y, x + 270, y + 14) for x in (0, 300) for y in range(0, 800, 14)]
    which, label = Room(PAGE, lines).placed(Box(300, 98, 570, 154), [60, 25], 11)
    assert which == 1
    assert not any(_meet(label, line) for line in lines)


def test_a_label_stays_on_the_page() -> None:
    _, label = Room(PAGE, []).placed(Box(0, 0, 600, 800), [40], 11)
    assert PAGE.contains(label)


def test_lines_are_solid_or_dashed() -> None:
    assert curve((0, 0), (10, 0), 0) == "M0 0L10 0"
    assert curve((0, 0), (10, 0), 2) == "M0 0Q5 -4 10 0"
    dashes = curve((0, 0), (50, 0), 0, 5)
    assert dashes.count("M") == dashes.count("L") == 6
    assert dashes.startswith("M0 0L")
    assert dashes.endswith("L50 0")
    assert curve((3, 3), (3, 3), 0, 5) == "M3 3L3 3M3 3L3 3"


def test_only_what_can_be_seen_is_lettered() -> None:
    assert plain("a\x00b\u202ec \n\td\ud800\ufffe") == "abc d"
    assert number(-0.001) == "0"
    assert number(10.0) == "10"


def _meet(a: Box, b: Box) -> bool:
    """Whether they share more than the blank rim of a line."""
    rim = 0.2 * b.height
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 - rim and b.y0 + rim < a.y1
