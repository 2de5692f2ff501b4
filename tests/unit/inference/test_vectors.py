"""Vectors of chunks: of what is sent to a model, or of the words in the text around them."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.chunk import Chunk
from models.span import Span
from services.inference import vectors
from services.inference.boundaries.arrays import Floats
from services.inference.vectors import late_vectors_by, vectors_by

TEXT = "one two three four five six"


def chunk(*spans: tuple[int, int], context: str = "") -> Chunk:
    return Chunk("chk", 0, tuple(Span(*span) for span in spans), 1, "recursive", "", context=context)


def letters(texts: Sequence[str]) -> Floats:
    """How many of a to z."""
    rows = [[text.count(chr(letter)) for letter in range(97, 123)] for text in texts]
    return np.array(rows, np.float32).reshape(len(texts), 26)


def late(text: str, spans: Sequence[Span]) -> Floats:
    assert spans == sorted(spans)
    assert [span.end for span in spans] == sorted(span.end for span in spans)
    found = letters([span.of(text) for span in spans])
    lengths: Floats = np.linalg.norm(found, axis=1, keepdims=True).clip(1e-9)
    return found / lengths


def test_a_vector_is_of_context_and_text() -> None:
    found = vectors_by(letters)(TEXT, [chunk((0, 7), context="zz"), chunk((8, 13))])
    assert found == letters(["zz\n\none two", "three"]).tolist()


@pytest.mark.parametrize("stretch", [1, 10, 1000])
def test_late_vectors_do_not_depend_on_how_the_text_is_read(
    stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "STRETCH", stretch)
    chunks = [chunk((0, 7)), chunk((4, 13)), chunk((5, 6)), chunk((14, 18), (24, 27)), chunk((19, 23))]
    found = np.array(late_vectors_by(late)(TEXT, chunks))
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    expected = [
        np.sum([late(TEXT, [span])[0] * (span.end - span.start) for span in c.spans], 0) for c in chunks
    ]
    assert np.allclose(found, [row / np.linalg.norm(row) for row in expected], atol=1e-6)


def test_what_says_nothing_is_zeros() -> None:
    assert late_vectors_by(late)("...", [chunk((0, 3))]) == [[0.0] * 26]
    assert late_vectors_by(late)("", []) == []
