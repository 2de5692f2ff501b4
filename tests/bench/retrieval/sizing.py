"""Every chunker at the same mean size: the limit with which it makes such chunks."""

import json
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import islice
from operator import itemgetter
from statistics import fmean
from typing import NamedTuple

from models.span import Span
from tests.bench.retrieval.pieces import Chunker, Piece, Pieces
from tests.bench.retrieval.store import Store

NEAR = 0.01
STEPS, MORE_STEPS = 12, 4
SAMPLE = 16
"""The limit is sought with so many documents, then with all of them."""

WARMING = 2000
"""Characters."""


class Made(NamedTuple):
    """The chunks of every document, their limit and their mean size in characters, contexts counted."""

    limit: int
    pieces: dict[str, Pieces]
    mean: float


def of_mean(chunker: Chunker, texts: Mapping[str, str], size: int) -> Made:
    """Chunks of this mean size, within 1 % where there is such a limit."""
    step = -(-len(texts) // SAMPLE)
    sample = dict(islice(texts.items(), 0, None, step))
    found = _nearest(chunker, sample, size, (1.4 * size, STEPS))
    return _nearest(chunker, texts, size, (found.limit * size / found.mean, MORE_STEPS))


def kept(name: str, chunker: Chunker, store: Store) -> Chunker:
    """The same, each text cut at each limit but once."""

    def cut(text: str, limit: int) -> Pieces:
        key = f"{name}/{limit}/{sha256(text.encode()).hexdigest()}"
        held = store.get(key)
        if held is None:
            held = json.dumps(chunker(text, limit)).encode()
            store.put({key: held})
        return [Piece(tuple(Span(*span) for span in spans), context) for spans, context in json.loads(held)]

    return cut


def mb_per_s(chunker: Chunker, texts: Mapping[str, str], limit: int) -> float:
    """Megabytes of text a second of processor time, all cores together, once what is loaded is loaded."""
    chunker(next(iter(texts.values()))[:WARMING], limit)
    started = time.process_time()
    for text in texts.values():
        chunker(text, limit)
    return round(sum(map(len, texts.values())) / 1e6 / (time.process_time() - started), 3)


def _nearest(chunker: Chunker, texts: Mapping[str, str], size: int, start: tuple[float, int]) -> Made:
    """From a first limit, in so many steps: the mean grows about as the limit does."""
    low, high = size / 4, 64.0 * size
    limit, steps = start
    found: list[tuple[float, Made]] = []
    for _ in range(steps):
        made = _made(chunker, texts, int(limit))
        found.append((abs(made.mean - size), made))
        if found[-1][0] < NEAR * size:
            break
        low, high = (limit, high) if made.mean < size else (low, limit)
        guess = limit * size / made.mean
        limit = guess if low < guess < high else (low * high) ** 0.5
    return min(found, key=itemgetter(0))[1]


def _made(chunker: Callable[[str, int], Pieces], texts: Mapping[str, str], limit: int) -> Made:
    pieces = {name: chunker(text, limit) for name, text in texts.items()}
    mean = fmean(len(one.sent(texts[name])) for name, made in pieces.items() for one in made)
    return Made(limit, pieces, mean)
