"""What the graph says of cuts: between blocks in order, or around clusters that are free of it."""

from collections.abc import Sequence

import numpy as np

from services.segmentation.plan import FORBIDDEN, PARAGRAPH_END, START, Evidence, Unit
from services.segmentation.s2.graph import Graph, unit
from services.segmentation.s2.nodes import Doubles, Longs, Nodes
from services.segmentation.s2.spectral import Band

SIDE = 3
"""Blocks on each side of a cut that are held against each other."""
SHARE = 0.5
"""What the spectral rows count beside the kinds of the blocks."""
TOGETHER = "between blocks that belong together"


def ordered(
    nodes: Nodes, graph: Graph, bands: Sequence[Band], linked: Sequence[tuple[int, int]]
) -> list[Unit]:
    """The blocks in reading order; a cut is the better the less its two sides share a cluster."""
    parted = _parted(graph, bands)
    pairs = {
        (int(i), int(j)): place
        for place, (i, j) in enumerate(zip(graph.i, graph.j, strict=True))
        if j == i + 1
    }
    together = {i for i, j in linked if j == i + 1}
    units = list(nodes.units)
    for at in range(1, len(units)):
        before = units[at].before
        place = pairs.get((at - 1, at))
        if before.score == FORBIDDEN:
            continue
        if at - 1 in together:
            units[at] = units[at]._replace(before=Evidence(FORBIDDEN, TOGETHER))
            continue
        score = before.score if not np.isfinite(before.score) else _mixed(before.score, float(parted[at]))
        units[at] = units[at]._replace(before=Evidence(score, _told(before.reason, graph, place)))
    return units


def kept_together(clusters: Longs, linked: Sequence[tuple[int, int]]) -> Longs:
    """The clusters, but what belongs together and stands together is in that of the last of it."""
    found = clusters.copy()
    for i, j in reversed(linked):
        if j == i + 1:
            found[i] = found[j]
    return found


def free(nodes: Nodes, clusters: Longs) -> list[list[Unit]]:
    """A flow for each cluster, in the order of their first blocks."""
    flows: dict[int, list[Unit]] = {}
    last: dict[int, int] = {}
    for at, cluster in enumerate(clusters.tolist()):
        flow, before = flows.setdefault(cluster, []), nodes.units[at].before
        if not flow:
            before = START
        elif last[cluster] != at - 1 and before.score == FORBIDDEN:
            before = PARAGRAPH_END
        flow.append(nodes.units[at]._replace(before=before))
        last[cluster] = at
    return list(flows.values())


def _mixed(kinds: float, parted: float) -> float:
    return (1 - SHARE) * kinds + SHARE * parted


def _told(reason: str, graph: Graph, place: int | None) -> str:
    if place is None:
        return f"{reason}; another section"
    return f"{reason}; nearness {graph.near[place]:.2f}, likeness {graph.alike[place]:.2f}"


def _parted(graph: Graph, bands: Sequence[Band]) -> Doubles:
    """Of the cut before each node, from 0 to 1; 1 where a band ends or a section."""
    found = np.ones(len(graph))
    for band in bands:
        rows = np.concatenate((np.zeros((1, band.rows.shape[1])), band.rows.cumsum(axis=0)))
        inner = np.arange(1, band.last - band.first)
        left = unit(rows[inner] - rows[np.maximum(inner - SIDE, 0)])
        right = unit(rows[np.minimum(inner + SIDE, len(rows) - 1)] - rows[inner])
        found[band.first + inner] = np.clip(1 - np.einsum("ij,ij->i", left, right), 0, 1)
    found[1:][np.diff(graph.sections) > 0] = 1.0
    return found
