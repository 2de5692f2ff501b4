"""What reading a page's picture needs: the shape of an engine, and of a page that can be drawn."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from models.errors import KerfError
from models.geometry import Box


class PageImage(NamedTuple):
    """A page as pixels: one byte each, 0 black to 255 white, row by row."""

    width: int
    height: int
    pixels: bytes


class SeenWord(NamedTuple):
    """A word, its box in pixels of the image turned back by the tilt, and how sure it is (0 to 1)."""

    text: str
    box: Box
    confidence: float


class SeenLine(NamedTuple):
    """Words on one baseline. `turn`: quarter turns clockwise; `size`: of the type, in pixels."""

    words: tuple[SeenWord, ...]
    turn: int
    size: float


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was read. The lines lie `tilt` degrees clockwise of straight, around the image's centre."""

    lines: tuple[SeenLine, ...]
    tilt: float = 0.0

    @property
    def confidence(self) -> float:
        """The mean over all words, 0 without any."""
        sure = [word.confidence for line in self.lines for word in line.words]
        return sum(sure) / len(sure) if sure else 0.0


class Eyes(Protocol):
    """An OCR engine."""

    @property
    def name(self) -> str:
        """What decides how it reads: the same name, the same words."""

    def read(self, image: PageImage) -> Seen:
        """The text in the image; ModelError."""


class SeenRegion(NamedTuple):
    """What a layout network takes for one thing: its label, its box in pixels, how sure it is (0 to 1)."""

    label: str
    box: Box
    score: float


class Regions(Protocol):
    """A layout detector."""

    @property
    def name(self) -> str:
        """What decides what it finds."""

    def regions(self, image: PageImage) -> tuple[SeenRegion, ...]:
        """The regions of the page, the surest first; ModelError."""


class Ink(NamedTuple):
    """What is drawn on a page: boxes of its pictures, pieces of text that show and that do not, and paths."""

    pictures: tuple[Box, ...]
    shown: int
    hidden: int
    paths: int


class Sheet(Protocol):
    """A page that can be drawn."""

    def has_pictures(self) -> bool:
        """Whether it may show a picture large enough to hold text; quick."""

    def ink(self) -> Ink:
        """What is drawn on it."""

    def render(self, dots: float) -> PageImage:
        """The upright page at that many dots an inch."""


class EyesNeeded(KerfError):
    """There is a page whose picture must be read, by a process that has the models for it."""
