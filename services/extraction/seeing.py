"""Which pages are read from their pictures, and what comes of it. The decision is made page by page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto

from models.errors import KerfError, ModelError
from models.geometry import Box, bounds
from models.options import LayoutMode, OcrMode
from services.extraction.gutters import apart
from services.extraction.raw import RawLine, RawPage, RawWord, Region, Style
from services.extraction.sight import Eyes, EyesNeeded, Ink, Regions, Seen, SeenLine, SeenRegion, Sheet
from services.extraction.text_quality import quality, unreadable, vowels
from services.extraction.tilting import tilted_box

_DOTS = 200.0
_UNREADABLE = 0.2
_GARBLED = 0.45
_SPOKEN = 0.25
_BAD_LAYER = 0.75
_BETTER = 0.15
_HIDDEN = 0.9
_WHOLE = 0.7
_MOST = 0.5
_FEW_WORDS = 60
_CELLS = 24
_SAME = 0.3
_LIKE_SIZE = 1.12
_HALF = 2
_LAYOUT_DOTS = 100.0
_FEW_LINES, _EDGE, _EDGES, _ALONG = 15, 6.0, 4, 0.6


class Need(Enum):
    """What the picture of a page is wanted for."""

    NOTHING = auto()
    ALL = auto()
    """There is no other text."""

    BETTER = auto()
    """The text there is looks wrong; it goes if the picture gives better."""

    MORE = auto()
    """Most of the page is a picture without text."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How pages are looked at. Without `eyes` or `layout`, EyesNeeded at the first page that needs them."""

    mode: OcrMode = OcrMode.NEVER
    eyes: Eyes | None = None
    layout_mode: LayoutMode = LayoutMode.FAST
    layout: Regions | None = None

    def completed(self, page: RawPage, sheet: Sheet) -> RawPage:
        """The page with what its picture says, where it is needed; ModelError."""
        return self._divided(self._read(page, sheet), sheet)

    def _divided(self, page: RawPage, sheet: Sheet) -> RawPage:
        """The page with its regions."""
        if self.layout_mode is LayoutMode.FAST or not page.lines:
            return page
        if self.layout_mode is LayoutMode.AUTO and not is_doubtful(page):
            return page
        if self.layout is None:
            raise EyesNeeded
        image = sheet.render(_LAYOUT_DOTS)
        scale = page.width / image.width
        with _told():
            found = self.layout.regions(image)
        return replace(page, regions=tuple(_region(seen, scale) for seen in found))

    def _read(self, page: RawPage, sheet: Sheet) -> RawPage:
        if self.mode is OcrMode.NEVER or page.failed:
            return page
        need = need_of(page, sheet) if self.mode is OcrMode.AUTO else Need.ALL
        if need is Need.NOTHING:
            return page
        if self.eyes is None:
            raise EyesNeeded
        image = sheet.render(_DOTS)
        with _told():
            seen = self.eyes.read(image)
        return _merged(page, seen, page.width / image.width, need)


BLIND = Sight()
"""Sees nothing: pages are what their text says."""


@contextmanager
def _told() -> Iterator[None]:
    """Whatever an engine dies of is an error of that engine."""
    try:
        yield
    except (KerfError, MemoryError):
        raise
    except Exception as error:
        raise ModelError("A page's picture could not be read.") from error


def need_of(page: RawPage, sheet: Sheet) -> Need:
    """What `auto` wants the picture for."""
    if not page.lines:
        return Need.ALL if page.drawn else Need.NOTHING
    words = [word.text for line in page.lines for word in line.words]
    if unreadable("".join(words)) > _UNREADABLE:
        return Need.BETTER
    good = quality(words)
    spoken = vowels(words)
    if (good is not None and good < _GARBLED) or (spoken is not None and spoken < _SPOKEN):
        return Need.BETTER
    return _behind(page, sheet.ink(), good, len(words)) if sheet.has_pictures() else Need.NOTHING


def is_doubtful(page: RawPage) -> bool:
    """Whether its lines begin all over the page instead of along a few edges."""
    if len(page.lines) < _FEW_LINES:
        return False
    edges = Counter(round(line.box.x0 / _EDGE) for line in page.lines)
    return sum(count for _, count in edges.most_common(_EDGES)) < _ALONG * len(page.lines)


def _region(seen: SeenRegion, scale: float) -> Region:
    return Region(seen.label, Box(*(edge * scale for edge in seen.box)), seen.score)


def _behind(page: RawPage, ink: Ink, good: float | None, words: int) -> Need:
    """Pages with large pictures: a scan with the text of an old OCR below, or a picture with little text."""
    covered = _share(page, ink.pictures, ())
    if covered >= _WHOLE and ink.hidden >= _HIDDEN * (ink.hidden + ink.shown):
        return Need.BETTER if good is not None and good < _BAD_LAYER else Need.NOTHING
    if words < _FEW_WORDS and _share(page, ink.pictures, [line.box for line in page.lines]) >= _MOST:
        return Need.MORE
    return Need.NOTHING


def _share(page: RawPage, pictures: Sequence[Box], text: Sequence[Box]) -> float:
    """How much of the page lies in pictures and not in text, on a coarse grid."""
    found = 0
    for row in range(_CELLS):
        for column in range(_CELLS):
            x, y = (column + 0.5) / _CELLS * page.width, (row + 0.5) / _CELLS * page.height
            found += _holds(pictures, x, y) and not _holds(text, x, y)
    return found / _CELLS**2


def _holds(boxes: Sequence[Box], x: float, y: float) -> bool:
    return any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes)


def _merged(page: RawPage, seen: Seen, scale: float, need: Need) -> RawPage:
    lines = apart(_sized([_line(line, scale) for line in seen.lines if line.words]))
    if need is Need.ALL:
        return replace(page, lines=lines, confidence=seen.confidence, tilt=seen.tilt)
    if need is Need.BETTER:
        better = _is_better(page.lines, lines)
        return replace(page, lines=lines, confidence=seen.confidence, tilt=seen.tilt) if better else page
    laid = [_tilted(line, seen.tilt, page) for line in lines]
    known = [line.box for line in page.lines]
    added = tuple(line for line in laid if not any(_overlap(line.box, box) > _SAME for box in known))
    return replace(page, lines=(*page.lines, *added), confidence=seen.confidence if added else None)


def _is_better(old: Sequence[RawLine], new: Sequence[RawLine]) -> bool:
    """Whether the new words look more like words, and are not far fewer."""
    before = [word.text for line in old for word in line.words]
    after = [word.text for line in new for word in line.words]
    good = quality(after)
    if good is None or _HALF * sum(map(len, after)) < sum(map(len, before)):
        return False
    if unreadable("".join(before)) > _UNREADABLE or (vowels(before) or 1.0) < _SPOKEN <= (
        vowels(after) or 0.0
    ):
        return True
    return good >= (quality(before) or 0.0) + _BETTER


def _line(line: SeenLine, scale: float) -> RawLine:
    words = tuple(RawWord(word.text, Box(*(edge * scale for edge in word.box))) for word in line.words)
    return RawLine(words, bounds([word.box for word in words]), Style(line.size * scale), line.turn)


def _sized(lines: Sequence[RawLine]) -> tuple[RawLine, ...]:
    """Lines of nearly one size are of one size: the middle one of each run of sizes, to half a point."""
    order = sorted(lines, key=lambda line: line.style.size)
    sizes: dict[int, float] = {}
    start = 0
    for end in range(1, len(order) + 1):
        if end < len(order) and order[end].style.size <= _LIKE_SIZE * order[start].style.size:
            continue
        middle = order[(start + end) // 2].style.size
        sizes |= {id(line): round(middle * 2) / 2 for line in order[start:end]}
        start = end
    return tuple(replace(line, style=Style(sizes[id(line)])) for line in lines)


def _tilted(line: RawLine, tilt: float, page: RawPage) -> RawLine:
    words = tuple(
        RawWord(word.text, tilted_box(word.box, tilt, page.width, page.height)) for word in line.words
    )
    return replace(line, words=words, box=bounds([word.box for word in words]))


def _overlap(a: Box, b: Box) -> float:
    """The share of `a` that lies in `b`."""
    width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / max(a.width * a.height, 1e-9)
