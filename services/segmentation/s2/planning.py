"""From a document to its plan, by mode."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from models.document import Document
from services.segmentation.plan import Plan
from services.segmentation.s2.cuts import free, headed, kept_together, ordered, under_headings
from services.segmentation.s2.facts import Facts
from services.segmentation.s2.graph import graph_of
from services.segmentation.s2.links import must_link
from services.segmentation.s2.nodes import Longs, nodes_of
from services.segmentation.s2.spectral import Band, bands_of, clusters_of
from services.segmentation.s2.standing import standing
from services.segmentation.tools import Tokenizer

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]


def planned(
    document: Document, mode: str, cap: int, tokenizer: Tokenizer, embed: Embed, *, across: bool = False
) -> Plan:
    """Flows, and what chunks say of the graph; none goes on across a heading unless `across`.

    InvalidInput in the mode paper for a long document.
    """
    nodes = nodes_of(document)
    lines = standing(nodes)
    nodes = headed(nodes, lines)
    if not across:
        nodes = under_headings(nodes, lines)
    tokens = tokenizer.by_lines([unit.span.of(document.text) for unit in nodes.units])
    vectors = embed(nodes.texts)
    linked = must_link(document, nodes)
    graph = graph_of(nodes, vectors, linked)
    if mode == "ordered":
        bands = bands_of(graph, tokens, cap)
        facts = Facts(nodes, graph, _numbered(bands))
        return Plan([ordered(nodes, graph, bands, linked)], links=facts)
    if mode == "paper":
        from services.segmentation.s2.paper import paper_clusters  # noqa: PLC0415 - loads scikit-learn

        clusters = paper_clusters(nodes, tokens, cap, vectors)
    else:
        clusters = _numbered(bands_of(graph, tokens, cap))
    clusters = kept_together(clusters, linked)
    return Plan(free(nodes, clusters), links=Facts(nodes, graph, clusters))


def _numbered(bands: Sequence[Band]) -> Longs:
    """The clusters of all bands, no number twice."""
    found, first = [], 0
    for band in bands:
        own = clusters_of(band) + first
        found.append(own)
        first = int(own.max()) + 1
    return np.concatenate(found)
