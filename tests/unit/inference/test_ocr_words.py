import numpy as np

from services.inference.blobs import Blob
from services.inference.ocr_recognition import HEIGHT, Glyph, Line
from services.inference.ocr_words import pieces


def line(text: str, starts: list[int], width: int = 8) -> Line:
    """Each character that is not a space as a black bar from its start."""
    pixels = np.full((HEIGHT, 200), 255, dtype=np.float32)
    glyphs: list[Glyph] = []
    places = iter(starts)
    for char in text:
        if char == " ":
            glyphs.append(Glyph(" ", glyphs[-1].column + width, 1.0))
            continue
        start = next(places)
        pixels[10:38, start : start + width] = 0
        glyphs.append(Glyph(char, start + width / 2, 0.5))
    return Line(Blob(100, 24, 0.0, 200, HEIGHT), pixels, tuple(glyphs))


def test_words_end_where_their_ink_ends() -> None:
    found = pieces(line("ab cd", [10, 20, 40, 50]))
    assert [(word.text, word.start, word.end) for word in found.words] == [("ab", 10, 28), ("cd", 40, 58)]
    assert (found.top, found.bottom) == (10, 38)


def test_lines_above_and_below_that_reach_into_the_strip_are_not_in_the_boxes() -> None:
    close = line("ab cd", [10, 20, 40, 50])
    close.pixels[:6, 5:90] = 0
    close.pixels[44:, 5:90] = 0
    found = pieces(close)
    assert (found.top, found.bottom) == (10, 38)


def test_tails_that_touch_the_next_line_end_where_there_is_least_ink() -> None:
    close = line("ab cd", [10, 20, 40, 50])
    close.pixels[38:42, 22:24] = 0
    close.pixels[42:, 5:90] = 0
    assert (pieces(close).top, pieces(close).bottom) == (10, 39)


def test_dots_above_the_letters_are_in_the_boxes() -> None:
    dotted = line("ab cd", [10, 20, 40, 50])
    dotted.pixels[4:7, 22:25] = 0
    assert (pieces(dotted).top, pieces(dotted).bottom) == (4, 38)


def test_a_space_the_network_missed_is_seen_in_the_ink() -> None:
    found = pieces(line("abcd", [10, 20, 40, 50]))
    assert [word.text for word in found.words] == ["ab", "cd"]


def test_letters_set_apart_throughout_are_one_word() -> None:
    assert [word.text for word in pieces(line("abcd", [10, 30, 50, 70])).words] == ["abcd"]


def test_a_number_is_not_cut_beside_a_narrow_figure() -> None:
    for start, words in ((76, ["note", "12"]), (86, ["note", "1", "2"])):
        found = pieces(line("note12", [10, 20, 30, 40, 60, start]))
        assert [word.text for word in found.words] == words


def test_a_stop_belongs_to_the_word_before_it() -> None:
    assert [word.text for word in pieces(line("ab .", [10, 20, 36])).words] == ["ab."]


def test_scripts_without_spaces_are_not_cut_at_gaps() -> None:
    assert [word.text for word in pieces(line("四川北路", [10, 20, 40, 50])).words] == ["四川北路"]


def test_light_text_on_dark_has_ink_too() -> None:
    dark = line("ab cd", [10, 20, 40, 50])
    inverted = Line(dark.place, 255 - dark.pixels, dark.glyphs)
    assert [word[:3] for word in pieces(inverted).words] == [word[:3] for word in pieces(dark).words]


def test_nothing_read_is_no_word() -> None:
    assert pieces(line("", [])).words == ()
