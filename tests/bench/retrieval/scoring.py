"""What a search finds in one chunker's pieces, and by how much it finds more than in another's."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt

from models.span import Span
from tests.bench.retrieval.pieces import Piece
from tests.bench.retrieval.ranking import Index
from tests.bench.retrieval.sets import Question, Questions
from tests.bench.retrieval.sizing import Made

K, RANKED = 5, 100
RESAMPLES = 1000
SCORES = ("recall", "precision", "iou", "recall_in_equal_text", "intact")

Rows = npt.NDArray[np.float64]
"""(questions, scores)."""
Ranked = Sequence[tuple[str, Piece]]
"""Documents and pieces of them, the best first."""


def rows(retrieval: Any, asked: Questions, made: Made, size: int, index: Index) -> Rows:
    """As the scorer does, over what is sent.

    `recall_in_equal_text`: not of the five best chunks but of the best up to five times `size` characters.
    """
    flat = [(name, piece) for name, pieces in made.pieces.items() for piece in pieces]
    groups = (
        {"": flat}
        if asked.pooled
        else {name: [(name, piece) for piece in pieces] for name, pieces in made.pieces.items()}
    )
    tops = {
        key: index([piece.sent(asked.texts[name]) for name, piece in group]) for key, group in groups.items()
    }
    found = []
    for question in asked.asked:
        key = "" if asked.pooled else question.document
        ranked = [groups[key][i] for i in tops[key](question.query, RANKED)]
        scored = _scored(retrieval, question, ranked[:K])
        equal = _scored(retrieval, question, _first(ranked, K * size))["recall"]
        whole = _whole(question, made.pieces[question.document])
        found.append((scored["recall"], scored["precision"], scored["iou"], equal, whole))
    return np.array(found)


def means(found: Rows) -> dict[str, float]:
    """Of every score."""
    return {name: round(float(mean), 4) for name, mean in zip(SCORES, found.mean(axis=0), strict=True)}


def gains(found: Rows, others: Rows) -> dict[str, list[float]]:
    """How much higher: mean of the differences by question, and the middle 95 % of its resampled values."""
    differences = found - others
    draws = np.random.default_rng(0).integers(len(differences), size=(RESAMPLES, len(differences)))
    resampled = np.array([differences[draw].mean(axis=0) for draw in draws])
    low, high = np.percentile(resampled, (2.5, 97.5), axis=0)
    columns = zip(SCORES, differences.mean(axis=0), low, high, strict=True)
    return {name: [round(float(value), 4) for value in values] for name, *values in columns}


def _scored(retrieval: Any, question: Question, found: Ranked) -> dict[str, float]:
    own = [span for name, piece in found if name == question.document for span in piece.spans]
    other = sum(_size(piece) for name, piece in found if name != question.document)
    return dict(retrieval.query_scores(question.spans, own, other))


def _whole(question: Question, pieces: Sequence[Piece]) -> float:
    """The share of its answers that stand whole in one span of a chunk."""
    spans = [span for piece in pieces for span in piece.spans]
    return fmean(any(s.start <= start and end <= s.end for s in spans) for start, end in question.spans)


def _first(ranked: Ranked, most: int) -> list[tuple[str, Piece]]:
    """The best pieces, as many characters of them; the last one is cut off."""
    found: list[tuple[str, Piece]] = []
    for name, piece in ranked:
        spans = []
        for span in piece.spans:
            spans.append(Span(span.start, min(span.end, span.start + most)))
            most -= spans[-1].end - span.start
            if most <= 0:
                return [*found, (name, piece._replace(spans=tuple(spans)))]
        found.append((name, piece))
    return found


def _size(piece: Piece) -> int:
    return sum(span.end - span.start for span in piece.spans)
