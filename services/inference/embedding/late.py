"""Late chunking (arXiv 2409.04701): vectors of spans from subwords that have read the text around them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from models.span import Span
from services.inference.boundaries.arrays import Floats, Longs
from services.inference.embedding.embedder import Embedder
from services.inference.embedding.pooling import unit

_SHOWN = 16
"""Windows whose subwords are held at once."""


class _Window(NamedTuple):
    """Places of subwords, the special ones of the text counted; from `first` up to `last` they are seen."""

    start: int
    first: int
    last: int


def late(embedder: Embedder, text: str, spans: Sequence[Span]) -> Floats:
    """One row of length 1 for each span: the mean of the subwords that begin in it; zeros where none does.

    Beginnings and ends of the spans are in order. A text longer than what the network reads is shown in
    windows that overlap by half; of a subword in two of them the mean is taken. The special subwords count
    for what begins, or ends, the text. ModelError.
    """
    subwords = embedder.subwords
    ids, starts = subwords.whole(text)
    starts = np.pad(starts, (len(subwords.before), len(subwords.after)), "edge") if ids else starts
    first, last = (np.searchsorted(starts, edges) for edges in np.reshape(spans, (-1, 2)).T)
    windows = _windows(embedder, len(ids)) if ids else []
    seen = np.zeros(len(starts) + 1, np.int64)
    for window in windows:
        seen[[window.first, window.last]] += (1, -1)
    seen = seen.cumsum()
    totals = np.zeros((len(spans), embedder.width))
    for window, rows in _shown(embedder, ids, windows):
        shares = rows / seen[window.first : window.last, None]
        sums = np.concatenate((np.zeros((1, embedder.width)), shares.cumsum(0, np.float64)))
        hit = slice(np.searchsorted(last, window.first, "right"), np.searchsorted(first, window.last))
        begun, ended = (_within(window, edges[hit]) for edges in (first, last))
        totals[hit] += sums[ended] - sums[begun]
    return unit(totals.astype(np.float32))


def _windows(embedder: Embedder, length: int) -> list[_Window]:
    before, after = len(embedder.subwords.before), len(embedder.subwords.after)
    room = embedder.subwords.most - before - after
    end = max(length - room, 0)
    return [
        _Window(
            start,
            start + (before if start else 0),
            start + before + (room if start < end else min(length, room) + after),
        )
        for start in (*range(0, end, room // 2), end)
    ]


def _shown(
    embedder: Embedder, ids: Sequence[int], windows: Sequence[_Window]
) -> Iterator[tuple[_Window, Floats]]:
    """What the network made of the subwords of each window."""
    subwords = embedder.subwords
    room = subwords.most - len(subwords.before) - len(subwords.after)
    for place in range(0, len(windows), _SHOWN):
        part = windows[place : place + _SHOWN]
        texts = [[*subwords.before, *ids[it.start : it.start + room], *subwords.after] for it in part]
        for window, rows in zip(part, embedder.states(texts), strict=True):
            yield window, rows[window.first - window.start : window.last - window.start]


def _within(window: _Window, places: Longs) -> Longs:
    return np.clip(places, window.first, window.last) - window.first
