"""Vectors of spans whose subwords have read the text around them."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from models.span import Span
from services.inference.embedding.embedder import MOST_SUBWORDS, Embedder, embedder
from services.inference.embedding.late import late

TEXT = "Berlin is the capital of Germany. Its more than 3.85 million inhabitants make it the largest city. "
SENTENCES = (Span(0, 33), Span(34, 98))


@cache
def ours() -> Embedder:
    return embedder(Path("no-models-here"))


@pytest.mark.parametrize("text", [TEXT, f"  {TEXT} \n", "é\0中文", "word " * (MOST_SUBWORDS - 2)])
def test_one_span_over_a_text_that_is_read_at_once_is_the_plain_vector(text: str) -> None:
    assert float(late(ours(), text, [Span(0, len(text))])[0] @ ours().embed([text])[0]) > 0.9999


def test_a_span_has_read_what_stands_around_it() -> None:
    first, second = late(ours(), TEXT, SENTENCES)
    alone = ours().embed([TEXT[span.start : span.end] for span in SENTENCES])
    assert second @ alone[1] < 0.99
    assert second @ ours().embed(["Berlin"])[0] > alone[1] @ ours().embed(["Berlin"])[0] + 0.1
    assert first @ alone[0] > 0.7


def test_spans_of_a_long_text_are_means_over_its_windows() -> None:
    text = TEXT * 20
    spans = [Span(start, start + len(TEXT)) for start in range(0, len(text), len(TEXT))]
    rows = late(ours(), text, spans)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    ids, starts = ours().subwords.whole(text)
    room = MOST_SUBWORDS - 2
    before, after = ours().subwords.before, ours().subwords.after
    sums, seen = np.zeros((len(ids), 384)), np.zeros((len(ids), 1))
    for first in [*range(0, len(ids) - room, room // 2), len(ids) - room]:
        (states,) = ours().states([[*before, *ids[first : first + room], *after]])
        sums[first : first + room] += states[1:-1]
        seen[first : first + room] += 1
    for span, row in list(zip(spans, rows, strict=True))[1:-1]:
        own = (starts >= span.start) & (starts < span.end)
        mean = (sums / seen)[own].mean(0)
        assert row @ mean / np.linalg.norm(mean) == pytest.approx(1, abs=1e-5)


def test_nothing_to_read_gives_zeros() -> None:
    assert not late(ours(), "", [Span(0, 0)]).any()
    assert not late(ours(), "   ", [Span(0, 3)]).any()
    assert late(ours(), TEXT, []).shape == (0, 384)
    assert not late(ours(), TEXT, [Span(1, 2)]).any()
