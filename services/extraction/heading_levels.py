"""Heading levels for the whole document at once: what is set and numbered alike has one level.

Headings are clustered by outline depth, number family and look. Every two clusters are compared by all
that tells which one encloses the other; the order that follows from it gives each heading its parent, and
the parents of most of a cluster give its level.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from services.extraction.numbering import Reading
from services.outline.names import RANKS, encloses

DEEPEST = 6
_NOISE = 0.5
_MOST_CLUSTERS = 60
_OUTLINE, _NAMED, _DECIMAL, _OVER_NUMBERS = 5.0, 3.0, 3.0, 1.5
_SIZE, _LARGEST_SIZE, _BOLD, _CAPITALS, _SLANT = 10.0, 2.0, 1.0, 0.8, 0.4
_CONTAINS, _RESTARTS, _FIRST = 1.5, 2.0, 0.2


class Traits(NamedTuple):
    """What is known of one heading: type size, weight, slant, capitals, its number, its bookmark's depth.

    `run_in`: its paragraph goes on in the same line. `depth` is 0 where no bookmark names it. `outer`: by its
    name it is a part of the whole document, as its references are.
    """

    size: float
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    run_in: bool = False
    reading: Reading | None = None
    depth: int = 0
    outer: bool = False


class _Cluster(NamedTuple):
    size: float
    bold: bool
    italic: bool
    capitals: bool
    run_in: bool
    family: str
    depth: int


def levels(headings: Sequence[Traits]) -> list[int]:
    """A level from 1 to 6 for each heading, in document order."""
    sizes = _rounded({heading.size for heading in headings})
    own = [_cluster(heading, sizes[heading.size]) for heading in headings]
    merged = _merged(own)
    clusters = _in_sequence([merged[cluster] for cluster in own], headings)
    found = _nested(clusters, _ordered(clusters, headings))
    return [
        1 if heading.outer and not heading.depth else min(found[cluster], DEEPEST)
        for heading, cluster in zip(headings, clusters, strict=True)
    ]


def _cluster(heading: Traits, size: float) -> _Cluster:
    family = heading.reading.family if heading.reading else ""
    return _Cluster(size, *heading[1:5], family, heading.depth)


def _rounded(sizes: set[float]) -> dict[float, float]:
    """Sizes half a point apart are the same."""
    found: dict[float, float] = {}
    last = None
    for size in sorted(sizes, reverse=True):
        last = size if last is None or last - size > _NOISE else last
        found[size] = last
    return found


def _merged(clusters: Sequence[_Cluster]) -> dict[_Cluster, _Cluster]:
    """Rare clusters join the nearest; those without number or bookmark one that has it and looks the same."""
    counts = Counter(clusters)
    kinds = [cluster for cluster, _ in counts.most_common(_MOST_CLUSTERS)]
    joined = {cluster: _home(cluster, kinds, counts) for cluster in kinds}
    joined = {cluster: joined[target] for cluster, target in joined.items()}
    return {cluster: joined.get(cluster) or joined[_nearest(cluster, kinds)] for cluster in counts}


def _home(cluster: _Cluster, kinds: Sequence[_Cluster], counts: Mapping[_Cluster, int]) -> _Cluster:
    if cluster.depth:
        return max((other for other in kinds if other.depth == cluster.depth), key=counts.__getitem__)
    other_case = cluster._replace(capitals=not cluster.capitals)
    if cluster.family and counts[other_case] > counts[cluster]:
        return other_case
    alike = [other for other in kinds if other[:5] == cluster[:5]]
    outlined = [other for other in alike if other.depth and cluster.family in ("", other.family)]
    if outlined:
        return max(outlined, key=lambda other: (other.family == cluster.family, counts[other], -other.depth))
    numbered = [other for other in alike if other.family and other.depth == cluster.depth]
    return min(numbered, key=_outermost) if numbered and not cluster.family else cluster


def _nearest(cluster: _Cluster, kinds: Sequence[_Cluster]) -> _Cluster:
    return min(kinds, key=lambda other: (abs(_typography(cluster, other)), other.family != cluster.family))


def _outermost(cluster: _Cluster) -> tuple[int, int, str]:
    return RANKS.get(cluster.family, len(RANKS)), _decimals(cluster), cluster.family


def _decimals(cluster: _Cluster) -> int:
    name, _, parts = cluster.family.partition(" ")
    return int(parts) if name == "decimal" else 0


def _in_sequence(clusters: Sequence[_Cluster], headings: Sequence[Traits]) -> list[_Cluster]:
    """Clusters whose numbers mostly go on where those of a larger one stop are one, whatever their look."""
    counts = Counter(clusters)
    links: Counter[tuple[_Cluster, _Cluster]] = Counter()
    last: dict[str, tuple[Reading, _Cluster]] = {}
    for cluster, heading in zip(clusters, headings, strict=True):
        if not (reading := heading.reading):
            continue
        before, other = last.get(reading.family, (None, cluster))
        if before and other != cluster and reading.path == (*before.path[:-1], before.path[-1] + 1):
            links[
                min(cluster, other, key=counts.__getitem__), max(other, cluster, key=counts.__getitem__)
            ] += 1
        last[reading.family] = reading, cluster
    joined = {
        small: large
        for (small, large), count in links.items()
        if 2 * count >= counts[small] and small.depth in (0, large.depth)
    }
    return [joined.get(cluster, cluster) for cluster in clusters]


def _ordered(clusters: Sequence[_Cluster], headings: Sequence[Traits]) -> list[_Cluster]:
    """The clusters, those that enclose others first: by the sum of what speaks for each against all."""
    kinds = list(dict.fromkeys(clusters))
    inside = _containment(clusters, kinds)
    restarts = _restarts(clusters, headings)
    votes = {
        a: sum(
            _clipped(
                _typography(a, b)
                + _numbers(a, b)
                + _CONTAINS * (inside[a, b] - inside[b, a])
                + _RESTARTS * (restarts[a, b] - restarts[b, a])
                + (_FIRST if kinds.index(a) < kinds.index(b) else -_FIRST)
            )
            for b in kinds
            if b != a
        )
        for a in kinds
    }
    return sorted(kinds, key=lambda cluster: -votes[cluster])


def _clipped(evidence: float) -> float:
    return max(-3.0, min(3.0, evidence))


def _typography(a: _Cluster, b: _Cluster) -> float:
    """What speaks for `a` enclosing `b` in how they are set; negative when it is the other way."""
    larger = _SIZE * (a.size - b.size) / max(a.size, b.size, 1.0)
    return (
        max(-_LARGEST_SIZE, min(_LARGEST_SIZE, larger))
        + _BOLD * (a.bold - b.bold)
        + _CAPITALS * (a.capitals - b.capitals)
        + _SLANT * (b.italic - a.italic)
        + _OUTLINE * (b.run_in - a.run_in)
    )


def _numbers(a: _Cluster, b: _Cluster) -> float:
    """The same of what their numbers and bookmarks say."""
    found = 0.0
    if a.depth and b.depth:
        found += _OUTLINE * _sign(b.depth - a.depth)
    if a.family in RANKS and b.family in RANKS:
        return found + _NAMED * (encloses(a.family, b.family) - encloses(b.family, a.family))
    parts = _decimals(a), _decimals(b)
    if all(parts):
        return found + _DECIMAL * _sign(parts[1] - parts[0])
    over = (a.family in RANKS and b.family != "") - (b.family in RANKS and a.family != "")
    return found + _OVER_NUMBERS * over


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _containment(
    clusters: Sequence[_Cluster], kinds: Sequence[_Cluster]
) -> Mapping[tuple[_Cluster, _Cluster], float]:
    """For every two the share of the first one's headings with one of the second before the next of it.

    A single heading encloses all that follows: it counts half.
    """
    met: Counter[tuple[_Cluster, _Cluster]] = Counter()
    totals = Counter(clusters)
    since: dict[_Cluster, set[_Cluster]] = {}
    for cluster in clusters:
        for other, seen in since.items():
            if other != cluster:
                seen.add(cluster)
        met.update((cluster, seen) for seen in since.get(cluster, ()))
        since[cluster] = set()
    met.update((cluster, seen) for cluster, ends in since.items() for seen in ends)
    return {(a, b): met[a, b] / max(totals[a], 2) for a in kinds for b in kinds}


def _restarts(
    clusters: Sequence[_Cluster], headings: Sequence[Traits]
) -> Mapping[tuple[_Cluster, _Cluster], float]:
    """For every two the share of the second one's first numbers that come right below the first.

    Once is chance: it counts only for clusters of several headings.
    """
    totals = Counter(clusters)
    found: Counter[tuple[_Cluster, _Cluster]] = Counter()
    starts: Counter[_Cluster] = Counter()
    for above, cluster, heading in zip(clusters, clusters[1:], headings[1:], strict=False):
        if heading.reading and heading.reading.path[-1] == 1:
            starts[cluster] += 1
            found[above, cluster] += above != cluster and totals[above] > 1
    return defaultdict(float, {pair: count / starts[pair[1]] for pair, count in found.items()})


def _nested(clusters: Sequence[_Cluster], order: Sequence[_Cluster]) -> dict[_Cluster, int]:
    """Level by cluster: one more than that of the enclosing heading that most of its headings have."""
    rank = {cluster: number for number, cluster in enumerate(order)}
    found: dict[_Cluster, int] = {}
    for cluster in order:
        above = accumulate(
            (found.get(other, 0) if rank[other] < rank[cluster] else -1 for other in clusters),
            lambda last, level: level if level >= 0 else last,
            initial=0,
        )
        parents = [level for level, other in zip(above, clusters, strict=False) if other == cluster]
        found[cluster] = 1 + Counter(parents).most_common(1)[0][0]
    return found
