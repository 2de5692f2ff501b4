"""The nodes of the graph: layout blocks, with where they begin and end on their pages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.document import Block, Document
from models.words import Words
from services.segmentation.blocks import block_units
from services.segmentation.plan import Unit

Doubles = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

LONGEST = 2000
"""Code points of a block that its vector is made of."""


@dataclass(frozen=True, slots=True)
class Places:
    """One place on a page for each of n nodes: pages (n,) from 1, 0 without any; boxes (n, 4) in lines.

    A line is the middle height of the page's words: distances mean the same on every page.
    """

    pages: Longs
    boxes: Doubles


@dataclass(frozen=True, slots=True)
class Nodes:
    """n layout blocks in reading order; `heads` is where their first words stand, `tails` their last.

    A block that goes on in another column or page has two places.
    """

    units: Sequence[Unit]
    blocks: Sequence[Block]
    texts: Sequence[str]
    heads: Places
    tails: Places

    def __len__(self) -> int:
        return len(self.units)


def nodes_of(document: Document) -> Nodes:
    """The blocks of a document; what no block covers is a paragraph."""
    units = block_units(document)
    blocks = [_block_at(document, unit) for unit in units]
    texts = [document.text[unit.span.start : min(unit.span.end, unit.span.start + LONGEST)] for unit in units]
    heads, tails = _places(document.words, units)
    return Nodes(units, blocks, texts, heads, tails)


def _block_at(document: Document, unit: Unit) -> Block:
    place = document.block_at(unit.span.start)
    found = document.blocks[place] if place >= 0 else None
    return found if found is not None and found.span.overlaps(unit.span) else Block(unit.span)


def _places(words: Words, units: Sequence[Unit]) -> tuple[Places, Places]:
    starts, ends = np.frombuffer(words.starts, np.int32), np.frombuffer(words.ends, np.int32)
    edges = np.stack([np.frombuffer(edge, np.float32) for edge in words.edges], axis=1).astype(np.float64)
    pages = np.frombuffer(words.pages, np.uint16).astype(np.int64)
    first = np.searchsorted(ends, [unit.span.start for unit in units], "right")
    last = np.searchsorted(starts, [unit.span.end for unit in units], "left")
    breaks = np.flatnonzero(np.diff(pages)) + 1
    following = np.append(breaks, len(pages))[np.searchsorted(breaks, first, "right")]
    before = np.insert(breaks, 0, 0)[np.searchsorted(breaks, last - 1, "right")]
    lines = _line_heights(pages, edges)
    heads = _around(pages, edges, lines, first, np.minimum(last, following))
    return heads, _around(pages, edges, lines, np.maximum(first, before), last)


def _around(pages: Longs, edges: Doubles, lines: Doubles, first: Longs, last: Longs) -> Places:
    """One box around the words from first to last of each node; all on one page."""
    found, boxes = np.zeros(len(first), np.int64), np.zeros((len(first), 4))
    filled = np.flatnonzero(first < last)
    if len(filled):
        runs = np.stack((first[filled], last[filled]), axis=1).ravel()
        padded = np.concatenate((edges, edges[-1:]))
        low, high = (
            reduce(padded, runs, axis=0)[::2] for reduce in (np.minimum.reduceat, np.maximum.reduceat)
        )
        found[filled] = pages[first[filled]]
        boxes[filled] = np.concatenate((low[:, :2], high[:, 2:]), axis=1) / lines[found[filled], None]
    return Places(found, boxes)


def _line_heights(pages: Longs, edges: Doubles) -> Doubles:
    """By page, from 0: the median height of its words; 1 where there are none."""
    found = np.ones(int(pages.max(initial=0)) + 1)
    if len(pages):
        order = np.lexsort((edges[:, 3] - edges[:, 1], pages))
        known, start, count = np.unique(pages[order], return_index=True, return_counts=True)
        heights = (edges[:, 3] - edges[:, 1])[order][start + count // 2]
        found[known] = np.maximum(heights, 1.0)
    return found
