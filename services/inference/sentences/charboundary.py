"""CharBoundary (arXiv 2504.04131) where it is installed: a random forest over characters, for English."""

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from models.errors import ModelUnavailable
from models.sentence import Sentence
from models.span import Span
from services.inference.sentences.values import Engine


def engine() -> Engine:
    """With the small model, the only one that ships with the package; ModelUnavailable."""
    segmenter = _small_model()

    def sentences(text: str) -> Iterator[Sentence]:
        done = 0
        for start, end in segmenter.get_sentence_spans(text):
            span = Span(max(start, done), end).trimmed(text)
            if span.start < span.end:
                yield Sentence(span)
            done = max(done, end)

    return sentences


@cache
def _small_model() -> Any:
    try:
        with (
            warnings.catch_warnings()
        ):  # of an optional package, and of a forest that an older scikit-learn made
            warnings.simplefilter("ignore")
            import charboundary  # noqa: PLC0415 - seconds, and only where it is asked for

            return charboundary.get_small_segmenter()
    except ImportError:
        raise ModelUnavailable(
            "the engine charboundary needs the package charboundary, which is not installed"
        ) from None
