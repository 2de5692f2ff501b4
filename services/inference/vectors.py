"""Vectors of chunks, for indexes that take them as they are."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from models.chunk import Chunk, sent_to_model
from models.span import Span
from services.inference.embedders import Embed, Late

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

STRETCH = 1 << 17
"""Code points of a text that are read in one go for late vectors."""

Vectors = list[list[float]]
VectorsOf = Callable[[str, Sequence[Chunk]], Vectors]


def vectors_by(embed: Embed) -> VectorsOf:
    """What gives chunks of a canonical text vectors of their contexts and texts."""

    def vectors(text: str, chunks: Sequence[Chunk]) -> Vectors:
        return _plain(embed([sent_to_model(chunk.context, chunk.text(text)) for chunk in chunks]))

    return vectors


def late_vectors_by(late: Late) -> VectorsOf:
    """What gives chunks vectors of their words as they stand in the text; of several spans the mean."""
    import numpy as np  # noqa: PLC0415 - loaded by whoever embeds

    def vectors(text: str, chunks: Sequence[Chunk]) -> Vectors:
        rows: dict[Span, Floats] = {}
        for spans in _stretches(sorted({span for chunk in chunks for span in chunk.spans})):
            first = spans[0].start
            found = late(text[first : spans[-1].end], [span.shift(-first) for span in spans])
            rows.update(zip(spans, found, strict=True))
        sums = [sum(rows[span] * (span.end - span.start) for span in chunk.spans) for chunk in chunks]
        lengths = [float(np.linalg.norm(total)) or 1.0 for total in sums]
        return _plain(np.array([total / length for total, length in zip(sums, lengths, strict=True)]))

    return vectors


def _stretches(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Runs of sorted spans, whose ends are in order too, over STRETCH code points at most, or one span."""
    run: list[Span] = []
    for span in spans:
        if run and (span.end < run[-1].end or span.end - run[0].start > STRETCH):
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _plain(rows: "Floats") -> Vectors:
    """Numbers with no more digits than 32 bits have."""
    return [[float(f"{value:.9g}") for value in row] for row in rows.tolist()]
