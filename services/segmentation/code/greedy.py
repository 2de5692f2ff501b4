"""The published way to cut along a tree (cAST, arXiv 2506.15655): split greedily, then merge siblings.

Two defects of its reference are mended: the text between nodes is kept, and so is a token that is too long.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from services.segmentation.code.parts import Fits
from services.segmentation.code.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node


class Tile(NamedTuple):
    """A node and the bytes that are its share of the source."""

    start: int
    end: int
    node: "Node"


@dataclass(slots=True)
class Level:
    """A node whose children are being put into windows; the last of them may be open for the next child."""

    tiles: list[Tile]
    at: int = 0
    windows: list[tuple[int, int]] = field(default_factory=list)
    is_open: bool = False


def windows(root: "Node", source: Source, fits: Fits) -> list[tuple[int, int]]:
    """Bytes of the windows in order; they tile the source. One that does not fit is a single token."""
    levels = [Level([Tile(0, len(source.data), root)])]
    while True:
        level = levels[-1]
        if level.at < len(level.tiles):
            _add(levels, source, fits)
            continue
        merged = _merged(levels.pop().windows, fits)
        if not levels:
            return merged
        levels[-1].windows += merged
        levels[-1].is_open = False


def _add(levels: list[Level], source: Source, fits: Fits) -> None:
    """The next child: into the open window, into a window of its own, or a level down."""
    level = levels[-1]
    tile = level.tiles[level.at]
    level.at += 1
    if level.is_open and fits(level.windows[-1][0], tile.end):
        level.windows[-1] = (level.windows[-1][0], tile.end)
        return
    level.is_open = fits(tile.start, tile.end)
    below = [] if level.is_open else _below(tile, source)
    if below:
        levels.append(Level(below))
    else:
        level.windows.append((tile.start, tile.end))


def _below(tile: Tile, source: Source) -> list[Tile]:
    """The children, each from where its line or itself begins to where the next one does."""
    nodes = [child for child in tile.node.children if child.end_byte > child.start_byte]
    floors = [tile.start, *(node.end_byte for node in nodes)]
    starts = [source.line_start(node.start_byte, floor) for node, floor in zip(nodes, floors, strict=False)]
    starts[:1] = [tile.start] if nodes else []
    ends = [*starts[1:], tile.end]
    return [Tile(*place) for place in zip(starts, ends, nodes, strict=False)]


def _merged(found: list[tuple[int, int]], fits: Fits) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and fits(merged[-1][0], end):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged
