"""How near two blocks are on the page: from the gaps between their boxes, in lines, not between centres.

Less near in different columns, and least across what spans the page; on different pages only where one
ends a page and the other begins the next. Without pages the reading order alone says what is near.
"""

import numpy as np
import numpy.typing as npt

from services.segmentation.s2.nodes import Doubles, Longs, Nodes, Places

ACROSS, DOWN = 1.5, 2.5
"""Lines to the side and down after which nearness falls to 0.6."""
OTHER_COLUMN, BEYOND_SEPARATOR = 0.5, 0.2
SPANNING = 0.7
"""Share of the width of a page's text that a block takes which separates what is above from what is below."""
GOES_ON, BREAKS_OFF = 1.0, 0.3
IN_ORDER = 3.0
"""Blocks without a page: after how many in reading order nearness falls to 0.6."""

Bools = npt.NDArray[np.bool_]


def nearness(nodes: Nodes, i: Longs, j: Longs) -> Doubles:
    """Of the pairs i < j, from 0 to 1: O(pairs · log n)."""
    tails, heads = nodes.tails, nodes.heads
    near = np.exp(-0.5 * ((j - i - 1) / IN_ORDER) ** 2)
    has_place = (tails.pages[i] > 0) & (heads.pages[j] > 0)
    same = has_place & (tails.pages[i] == heads.pages[j])
    near[has_place & ~same] = 0.0
    near[same] = _on_page(nodes, i[same], j[same])
    flows = has_place & ~same & (j == i + 1)
    near[flows] = np.exp(-0.5) * _continuation(nodes, i[flows])
    return near


def _on_page(nodes: Nodes, i: Longs, j: Longs) -> Doubles:
    a, b = nodes.tails.boxes[i], nodes.heads.boxes[j]
    across = np.maximum(0, np.maximum(a[:, 0] - b[:, 2], b[:, 0] - a[:, 2]))
    down = np.maximum(0, np.maximum(a[:, 1] - b[:, 3], b[:, 1] - a[:, 3]))
    near: Doubles = np.exp(-0.5 * ((across / ACROSS) ** 2 + (down / DOWN) ** 2))
    near = np.where(across > 0, OTHER_COLUMN * near, near)
    return np.where(_separated(nodes, i, j), BEYOND_SEPARATOR * near, near)


def spanning(places: Places) -> Bools:
    """Which blocks take most of the width of their page's text, where that has columns."""
    if not len(places.pages):
        return np.zeros(0, np.bool_)
    left = np.full(places.pages.max() + 1, np.inf)
    right = np.full(places.pages.max() + 1, -np.inf)
    np.minimum.at(left, places.pages, places.boxes[:, 0])
    np.maximum.at(right, places.pages, places.boxes[:, 2])
    widths = np.where(right > left, right - left, 1.0)[places.pages]
    return (places.boxes[:, 2] - places.boxes[:, 0]) >= SPANNING * widths


def _separated(nodes: Nodes, i: Longs, j: Longs) -> Bools:
    """Whether a block across the page stands between the two, which are both narrower."""
    wide = spanning(nodes.heads)
    middles = (nodes.heads.boxes[:, 1] + nodes.heads.boxes[:, 3]) / 2
    tallest = float(nodes.heads.boxes[:, 3].max(initial=0.0)) + 1.0
    keys = np.sort((nodes.heads.pages * tallest + middles)[wide & (nodes.heads.pages > 0)])
    page = nodes.heads.pages[j] * tallest
    a, b = nodes.tails.boxes[i], nodes.heads.boxes[j]
    upper, lower = np.minimum(a[:, 3], b[:, 3]), np.maximum(a[:, 1], b[:, 1])
    between = np.searchsorted(keys, page + lower) > np.searchsorted(keys, page + upper)
    return between & ~wide[i] & ~wide[j]


def _continuation(nodes: Nodes, i: Longs) -> Doubles:
    """Whether a sentence seems to run on from the last block of a page to the first of the next."""
    found = np.full(len(i), BREAKS_OFF)
    for place, index in enumerate(i.tolist()):
        ends, begins = nodes.texts[index].rstrip(), nodes.texts[index + 1].lstrip()
        if (ends and ends[-1] not in ".!?:;。！？") or begins[:1].islower():
            found[place] = GOES_ON
    return found
