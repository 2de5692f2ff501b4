"""What a chunk says of its place in the graph."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from models.span import Span
from services.segmentation.s2.graph import Graph
from services.segmentation.s2.nodes import Longs, Nodes


class Facts:
    """Of the chunks of one document; `clusters` (n,) are those of its nodes."""

    def __init__(self, nodes: Nodes, graph: Graph, clusters: Longs) -> None:
        self._nodes, self._graph, self._clusters = nodes, graph, clusters
        self._starts = [unit.span.start for unit in nodes.units]
        self._ends = [unit.span.end for unit in nodes.units]
        edges, ends = np.tile(np.arange(len(graph.i)), 2), np.concatenate((graph.i, graph.j))
        self._edges = edges[np.argsort(ends, kind="stable")]
        self._first = np.searchsorted(np.sort(ends), np.arange(len(nodes) + 1))

    def links(self, spans: Sequence[Span], chunk_at: Callable[[int], str]) -> dict[str, Any]:  # noqa: ARG002
        """Clusters, roles of the blocks, and the mean weight of edges inside and of those that lead out."""
        own = [at for span in spans for at in self._within(span)]
        touched = np.concatenate([self._edges[self._first[at] : self._first[at + 1]] for at in own])
        edges = np.unique(touched)
        inside = np.isin(self._graph.i[edges], own) & np.isin(self._graph.j[edges], own)
        return {
            "clusters": sorted({int(self._clusters[at]) for at in own}),
            "roles": sorted({self._nodes.blocks[at].kind.value for at in own}),
            "affinity": {
                "inside": self._mean(edges[inside]),
                "outside": self._mean(edges[~inside]),
            },
        }

    def _within(self, span: Span) -> range:
        return range(bisect_right(self._ends, span.start), bisect_left(self._starts, span.end))

    def _mean(self, edges: Longs) -> float | None:
        return round(float(self._graph.weight[edges].mean()), 4) if len(edges) else None
