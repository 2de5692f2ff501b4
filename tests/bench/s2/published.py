"""S2 as its authors' code does it, faults and all: pixels, no pages, no order, clusters cut by size.

Described in the project's notes on the reference code (github.com/Vprashant/s2-chunking-lib @ f64e3ba2).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.cluster import SpectralClustering

from models.chunk import Chunk
from models.document import Document
from models.span import Span
from services.segmentation.s2.nodes import nodes_of

DPI, POINTS = 150, 72


def published(
    document: Document, limit: int, embed: Callable[[Sequence[str]], npt.NDArray[np.float32]]
) -> list[Chunk]:
    """Chunks of whole blocks; one that is too long stays so."""
    nodes = nodes_of(document)
    boxes = np.array([block.box or (0, 0, 0, 0) for block in nodes.blocks]) * DPI / POINTS
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = 1 / (1 + np.sqrt(((centres[:, None] - centres) ** 2).sum(axis=2)))
    vectors = embed(nodes.texts)
    weights = (near + vectors @ vectors.T) / 2
    sizes = [unit.span.end - unit.span.start for unit in nodes.units]
    k = max(1, int(sum(sizes) / limit * (1 - float(weights.mean()))))
    labels = np.zeros(len(nodes), np.int64)
    if 1 < k < len(nodes):
        clip = np.maximum(weights, 0)
        labels = SpectralClustering(k, affinity="precomputed", random_state=0).fit_predict(clip)
    return [
        Chunk(str(number), number, tuple(spans), 0, "published", "")
        for number, spans in enumerate(_cut([u.span for u in nodes.units], labels.tolist(), limit))
    ]


def _cut(spans: Sequence[Span], labels: Sequence[int], limit: int) -> list[list[Span]]:
    """Each cluster in order of its blocks, a new chunk where the limit would be passed."""
    found: list[list[Span]] = []
    for label in dict.fromkeys(labels):
        own: list[Span] = []
        for span, other in zip(spans, labels, strict=True):
            if other != label:
                continue
            size = sum(each.end - each.start for each in own)
            if own and size + span.end - span.start > limit:
                found.append(own)
                own = []
            own.append(span)
        found.append(own)
    return found
