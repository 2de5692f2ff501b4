"""What the graph says of cuts: between blocks in order, or around clusters that are free of it."""

from collections.abc import Container, Sequence
from dataclasses import replace

import numpy as np

from services.segmentation.blocks import HEADINGS
from services.segmentation.plan import (
    BELOW_HEADING,
    FORBIDDEN,
    PARAGRAPH_END,
    REQUIRED,
    START,
    Evidence,
    Unit,
)
from services.segmentation.s2.graph import Graph, unit
from services.segmentation.s2.nodes import Doubles, Longs, Nodes
from services.segmentation.s2.spectral import Band

SIDE = 3
"""Blocks on each side of a cut that are held against each other."""
SHARE = 0.5
"""What the spectral rows count beside the kinds of the blocks."""
ABOVE_LINE = Evidence(0.8, "before a line that stands as a heading")
TOGETHER = "between blocks that belong together"


def ordered(
    nodes: Nodes, graph: Graph, bands: Sequence[Band], linked: Sequence[tuple[int, int]]
) -> list[Unit]:
    """The blocks in reading order; a cut is the better the less its two sides share a cluster."""
    parted = _parted(graph, bands)
    places = np.flatnonzero(graph.j == graph.i + 1)
    pairs = dict(zip(graph.j[places].tolist(), places.tolist(), strict=True))
    together = {j for i, j in linked if j == i + 1}
    found = list(nodes.units[:1])
    for at, own in enumerate(nodes.units[1:], 1):
        score, reason = own.before
        if score != FORBIDDEN and at in together:
            score, reason = FORBIDDEN, TOGETHER
        elif score != FORBIDDEN:
            score = (1 - SHARE) * score + SHARE * float(parted[at])
            reason = _told(reason, graph, pairs.get(at))
        found.append(own._replace(before=Evidence(score, reason)))
    return found


def headed(nodes: Nodes, lines: Container[int]) -> Nodes:
    """The same with those lines cut as headings are: rather above them, not below."""
    units = [
        unit._replace(before=ABOVE_LINE if at in lines else BELOW_HEADING if at - 1 in lines else unit.before)
        for at, unit in enumerate(nodes.units)
    ]
    return replace(nodes, units=units)


def under_headings(nodes: Nodes, lines: Container[int]) -> Nodes:
    """The same with every cut above a heading or such a line demanded, but not where one is below another."""
    units = [
        unit._replace(before=unit.before._replace(score=REQUIRED))
        if (nodes.blocks[at].kind in HEADINGS or at in lines) and unit.before.score != FORBIDDEN
        else unit
        for at, unit in enumerate(nodes.units)
    ]
    return replace(nodes, units=units)


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
