"""Sentence splitters: text → trimmed spans."""

from models.span import Span


def nupunkt_spans(text: str) -> list[Span]:
    """NUPunkt's sentences (arXiv 2504.04131) without the white space at their ends."""
    import nupunkt  # noqa: PLC0415 - 50 ms and its model, only where sentences are asked for

    spans = (Span(start, end).trimmed(text) for start, end in nupunkt.sent_spans(text))
    return [span for span in spans if span.start < span.end]
