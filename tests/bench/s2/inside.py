"""What chunks hold together: nearness on the page, likeness in meaning; no gold is asked."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.chunk import Chunk
from models.document import Document
from models.span import Span
from services.segmentation.s2.nodes import Nodes, nodes_of
from services.segmentation.s2.spatial import nearness
from tests.bench.s2.scoring import owners

Doubles = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
Sentences = Callable[[str, Span], list[Span]]


class Held(NamedTuple):
    """Of a document: its blocks, the pairs of them that are near, its sentences and their cosines."""

    nodes: Nodes
    i: Longs
    j: Longs
    near: Doubles
    sentences: list[Span]
    cosines: Doubles


def held(document: Document, sentences: Sentences, embed: Embed) -> Held:
    """All pairs of blocks of a page, and neighbours on two; nearness as S2 weighs it."""
    nodes = nodes_of(document)
    pages = nodes.heads.pages
    i, j = np.triu_indices(len(nodes), 1)
    kept = (j == i + 1) | (pages[i] == pages[j])
    i, j = i[kept], j[kept]
    spans = sentences(document.text, Span(0, len(document.text)))
    vectors = embed([span.of(document.text) for span in spans]).astype(np.float64)
    return Held(nodes, i, j, nearness(nodes, i, j), spans, vectors @ vectors.T)


def inside(known: Held, chunks: Sequence[Chunk]) -> dict[str, float]:
    """Layout consistency and adjusted cohesion."""
    return {"layout": _layout(known, chunks), "cohesion": _cohesion(known, chunks)}


def _layout(known: Held, chunks: Sequence[Chunk]) -> float:
    """Share of nearness that is inside chunks.

    Of two blocks that are cut, what counts is how probably a character of each is in the same chunk.
    """
    shares = np.zeros((len(known.nodes), len(chunks)))
    for number, chunk in enumerate(chunks):
        for span in chunk.spans:
            for at, unit in enumerate(known.nodes.units):
                both = min(span.end, unit.span.end) - max(span.start, unit.span.start)
                shares[at, number] += max(0, both) / (unit.span.end - unit.span.start)
    together = np.einsum("ij,ij->i", shares[known.i], shares[known.j])
    return float(together @ known.near / known.near.sum())


def _cohesion(known: Held, chunks: Sequence[Chunk]) -> float:
    """Mean cosine of two sentences of a chunk, less that in a stretch as long anywhere in the document."""
    own = np.array(owners([span.start for span in known.sentences], chunks))
    pairs, total, chance = 0, 0.0, 0.0
    for number in range(len(chunks)):
        members = np.flatnonzero(own == number)
        count = len(members)
        if count > 1:
            block = known.cosines[np.ix_(members, members)]
            pairs += count * (count - 1)
            total += float(block.sum() - np.trace(block))
            chance += _anywhere(known.cosines, count)
    return (total - chance) / pairs if pairs else 0.0


def _anywhere(cosines: Doubles, count: int) -> float:
    """The mean, over all stretches of `count` sentences, of the sum of the cosines of two in it."""
    sums = np.zeros((len(cosines) + 1, len(cosines) + 1))
    sums[1:, 1:] = (cosines - np.diag(np.diag(cosines))).cumsum(axis=0).cumsum(axis=1)
    low, high = np.arange(len(cosines) - count + 1), np.arange(count, len(cosines) + 1)
    return float((sums[high, high] - sums[low, high] - sums[high, low] + sums[low, low]).mean())
