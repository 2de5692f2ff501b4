"""The contract of every sentence engine."""

from collections.abc import Sequence

from models.span import Span, gaps, is_blank, is_ordered


def assert_are_sentences(text: str, spans: Sequence[Span]) -> None:
    """Trimmed, not empty, in order, disjoint; between them is white space alone."""
    assert is_ordered(spans)
    assert all(span.trimmed(text) == span and span.start < span.end for span in spans)
    assert all(is_blank(text, *gap) for gap in gaps(spans, len(text)))
