"""The edges of the graph on one page, for whoever wants to see them."""

import numpy as np

from models.document import Document
from services.segmentation.edges import Edge
from services.segmentation.s2.graph import graph_of
from services.segmentation.s2.links import must_link
from services.segmentation.s2.nodes import nodes_of
from services.segmentation.s2.planning import Embed


def edges_on(document: Document, embed: Embed, page: int) -> list[Edge]:
    """The edges between blocks of a page (from 1), the lightest first."""
    nodes = nodes_of(document)
    linked = must_link(document, nodes)
    graph = graph_of(nodes, embed(nodes.texts), linked)
    here = (nodes.heads.pages <= page) & (page <= nodes.tails.pages)
    places = np.flatnonzero(here[graph.i] & here[graph.j])
    pairs = set(linked)
    places = places[np.argsort(graph.weight[places], kind="stable")]
    columns = (graph.i, graph.j, graph.near, graph.alike, graph.weight)
    return [
        Edge(nodes.units[i].span, nodes.units[j].span, near, alike, weight, (i, j) in pairs)
        for i, j, near, alike, weight in zip(*(column[places].tolist() for column in columns), strict=True)
    ]
