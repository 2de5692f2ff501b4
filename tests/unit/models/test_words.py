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


def test_there_is_one_box_a_page_in_page_order() -> None:
    assert [box.page for box in WORDS.boxes([Span(0, 15)])] == [1, 2]
    assert WORDS.boxes([Span(0, 3), Span(4, 7)]) == (PageBox(1, Box(10, 10, 28, 20)),)


@given(document=documents(paginated=True), data=st.data())
def test_boxes_equal_the_plain_definition(document: Document, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(document.text)))
    span = Span(start, data.draw(st.integers(start, len(document.text))))
    inside: dict[int, list[Box]] = {}
    for found in document.words:
        if found.span.overlaps(span):
            inside.setdefault(found.page, []).append(found.box)
    expected = tuple(PageBox(page, bounds(boxes).rounded()) for page, boxes in sorted(inside.items()))
    assert document.words.boxes([span]) == expected


def test_bounds_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        bounds([])
