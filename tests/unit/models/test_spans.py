"""Arithmetic of spans."""

from hypothesis import given
from hypothesis import strategies as st

from models.span import Span, gaps, is_ordered, union

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda p: Span(p[0], p[0] + p[1])))


@given(spans=SPANS)
def test_a_union_is_ordered_and_has_the_same_code_points(spans: list[Span]) -> None:
    joined = list(union(spans))
    assert is_ordered(joined)
    assert {i for s in joined for i in range(*s)} == {i for s in spans for i in range(*s)}


@given(spans=SPANS, end=st.integers(0, 90))
def test_gaps_are_what_no_span_covers(spans: list[Span], end: int) -> None:
    covered = {i for s in spans for i in range(*s)}
    assert {i for g in gaps([s for s in spans if s.end <= end], end) for i in range(*g)} == {
        i for i in range(end) if i not in {k for s in spans if s.end <= end for k in range(*s)}
    }
    assert covered or not spans


@given(text=st.text(max_size=30), start=st.integers(0, 10), length=st.integers(0, 20))
def test_trimming_takes_white_space_and_nothing_else(text: str, start: int, length: int) -> None:
    span = Span(min(start, len(text)), min(start + length, len(text)))
    trimmed = span.trimmed(text)
    assert trimmed.of(text) == span.of(text).strip()
    assert span.contains(trimmed)


def test_touching_spans_do_not_overlap() -> None:
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 4).overlaps(Span(3, 5))
