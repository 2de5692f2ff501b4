"""Boxes are computed from the very words inside the spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.document import Document
from models.geometry import Box, bounds
from models.span import Span
from models.words import PageBox, Word, pack_words
from tests.generators import documents


def word(start: int, end: int, page: int, x: float) -> Word:
    return Word(Span(start, end), page, Box(x, 10.0, x + 8.0, 20.0))


WORDS = pack_words([word(0, 3, 1, 10), word(4, 7, 1, 20), word(9, 12, 2, 10), word(13, 15, 2, 40)])


def test_a_box_holds_only_the_words_that_share_a_code_point_with_the_spans() -> None:
    assert WORDS.boxes([Span(4, 7)]) == (PageBox(1, Box(20, 10, 28, 20)),)
    assert WORDS.boxes([Span(3, 4)]) == ()


def test_a_word_that_is_cut_counts_for_both_sides() -> None:
    assert WORDS.boxes([Span(5, 6)]) == WORDS.boxes([Span(4, 7)])


def test_words_that_no_other_word_stands_between_share_a_box() -> None:
    assert [box.page for box in WORDS.boxes([Span(0, 15)])] == [1, 2]
    assert WORDS.boxes([Span(0, 3), Span(4, 7)]) == (PageBox(1, Box(10, 10, 28, 20)),)


def test_text_is_boxed_as_when_it_is_selected_by_hand() -> None:
    words = []
    for row in range(3):
        for column in range(3):
            start = 30 * row + 10 * column
            box = Box(20.0 * column, 12.0 * row, 20.0 * column + 18.0, 12.0 * row + 10.0)
            words.append(Word(Span(start, start + 5), 1, box))
    selected = pack_words(words).boxes([Span(10, 75)])
    assert [tuple(box) for _, box in selected] == [(20, 0, 58, 10), (0, 12, 58, 22), (0, 24, 38, 34)]


def test_two_columns_get_two_boxes_when_another_text_lies_between() -> None:
    left = [Word(Span(10 * i, 10 * i + 5), 1, Box(10, 20.0 * i, 90, 20.0 * i + 10)) for i in range(4)]
    right = [
        Word(Span(40 + 10 * i, 45 + 10 * i), 1, Box(110, 20.0 * i, 190, 20.0 * i + 10)) for i in range(4)
    ]
    found = pack_words([*left, *right]).boxes([Span(20, 60)])
    assert [tuple(box) for _, box in found] == [(10, 40, 90, 70), (110, 0, 190, 30)]


@given(document=documents(paginated=True), data=st.data())
def test_boxes_cover_their_words_and_nothing_else(document: Document, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(document.text)))
    span = Span(start, data.draw(st.integers(start, len(document.text))))
    found = document.words.boxes([span])
    own = [word for word in document.words if word.span.overlaps(span)]
    others = [word for word in document.words if not word.span.overlaps(span)]
    assert {box.page for box in found} == {word.page for word in own}
    for page, box in found:
        inside = [word for word in own if word.page == page and box.contains(word.box, slack=0.01)]
        assert box == bounds([word.box for word in inside]).rounded()
        assert not any(box.holds(*middle(word)) for word in others if word.page == page)
    for word in own:
        assert any(page == word.page and box.contains(word.box, slack=0.01) for page, box in found)


def middle(word: Word) -> tuple[float, float]:
    return (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2


def test_bounds_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        bounds([])
