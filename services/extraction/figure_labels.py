"""Labels around what is drawn: numbers along axes, titles of axes and of the plot, text that is turned."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from models.geometry import Box, bounds
from services.extraction.captions import is_caption
from services.extraction.enumerators import is_bullet
from services.extraction.frames import flat
from services.extraction.pictures import is_prose
from services.extraction.raw import RawLine

_ROUNDS = 3
_NEAR, _NEAR_TURNED = 1.5, 2.5
_LONGEST_TICK, _LONGEST_TITLE = 10, 60
_CENTRED = 0.15
_LARGER = 1.2
_PANEL, _SHARED = 60.0, 0.2
_WORD = re.compile(r"[^\W\d_]{4,}")


class _Label(NamedTuple):
    """A line, and its box in the frame in which the page is read."""

    box: Box
    line: RawLine


def with_labels(regions: Sequence[Box], lines: Sequence[RawLine]) -> tuple[Box, ...]:
    """The regions with the labels around them, top to bottom; those that overlap much then are one.

    Of panels beside or above each other each has the labels that are nearest to it.
    """
    turns = Counter(line.turn for line in lines for _ in line.words)
    main = turns.most_common(1)[0][0] if turns else 0
    size = _body_size(lines)
    labels = [_Label(flat(line.box, main), line) for line in lines if _may_label(line, main, size)]
    texts = [flat(line.box, main) for line in lines if is_prose(line) and line.turn == main]
    flattened = [flat(region, main) for region in regions]
    own: dict[Box, list[_Label]] = {region: [] for region in flattened}
    for label in labels if flattened else ():
        own[min(flattened, key=lambda region: _gap(region, label.box))].append(label)
    grown = (_grown(region, own[region], texts, main) for region in flattened)
    return merged([flat(region, -main % 4) for region in grown], panels=True)


def merged(regions: Sequence[Box], *, panels: bool = False) -> tuple[Box, ...]:
    """The boxes, those that overlap as one, top to bottom; large `panels` may overlap a little."""
    apart: list[Box] = []
    for region in sorted(regions):
        grown = region
        while touching := [
            other for other in apart if _overlap(grown, other) and not (panels and _are_panels(grown, other))
        ]:
            apart = [other for other in apart if other not in touching]
            grown = bounds([grown, *touching])
        apart.append(grown)
    return tuple(sorted(apart, key=lambda box: (box.y0, box.x0)))


def _gap(a: Box, b: Box) -> float:
    """How far they are apart, both ways together."""
    return max(a.x0 - b.x1, b.x0 - a.x1, 0.0) + max(a.y0 - b.y1, b.y0 - a.y1, 0.0)


def _are_panels(a: Box, b: Box) -> bool:
    """Whether both are large and have little in common."""
    shared = (min(a.x1, b.x1) - max(a.x0, b.x0)) * (min(a.y1, b.y1) - max(a.y0, b.y0))
    small = min(a.width * a.height, b.width * b.height)
    return min(a.width, a.height, b.width, b.height) >= _PANEL and shared <= _SHARED * small


def _body_size(lines: Sequence[RawLine]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.style.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _may_label(line: RawLine, main: int, size: float) -> bool:
    """Short, no larger than the running text, and not the beginning of something else."""
    text = line.text
    small = line.style.size <= _LARGER * size or line.turn != main
    return (
        small and len(text) <= _LONGEST_TITLE and not (is_caption(text) or is_bullet(text) or is_prose(line))
    )


def _grown(region: Box, labels: Sequence[_Label], texts: Sequence[Box], main: int) -> Box:
    """The region with its labels, those next to it first."""
    rest = list(labels)
    for _ in range(_ROUNDS):
        own = [label for label in rest if _belongs(label, region, main)]
        grown = bounds([region, *(label.box for label in own)])
        if not own or any(_overlap(grown, box) and not _overlap(region, box) for box in texts):
            break
        region = grown
        rest = [label for label in rest if label not in own]
    return region


def _belongs(label: _Label, region: Box, main: int) -> bool:
    """Whether the line stands at the region as a number, a turned title or a centred one does."""
    box, line = label
    height = min(box.width, box.height)
    across = max(region.x0 - box.x1, box.x0 - region.x1)
    down = max(region.y0 - box.y1, box.y0 - region.y1)
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    over = region.x0 - height < x < region.x1 + height
    beside = region.y0 - height < y < region.y1 + height
    if line.turn != main:
        return max(across, down) <= _NEAR_TURNED * height and (over or beside)
    if max(across, down) > _NEAR * height or not (over or beside):
        return False
    return _is_tick(line.text) or (over and _is_centred(label, region))


def _is_tick(text: str) -> bool:
    return all(len(word) <= _LONGEST_TICK and not _WORD.search(word) for word in text.split())


def _is_centred(label: _Label, region: Box) -> bool:
    """A title of an axis or of the plot: narrower, in the middle, not bold."""
    box, line = label
    off = abs(box.x0 + box.x1 - region.x0 - region.x1) / 2
    return not line.style.bold and box.width < region.width and off <= _CENTRED * region.width


def _overlap(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0) and min(a.y1, b.y1) > max(a.y0, b.y0)
