"""Reading page images: detection, recognition and words of PP-OCR models, in whatever direction they lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import cos, degrees, pi, sin

import numpy as np

from models.geometry import Box, bounds
from services.extraction.sight import PageImage, Seen, SeenLine, SeenWord
from services.inference.blobs import Blob, parts_of
from services.inference.ocr_detection import Detection, detect
from services.inference.ocr_recognition import HEIGHT, Glyph, Line, Recognizer
from services.inference.ocr_words import Piece, Pieces, pieces
from services.inference.onnx import Model
from services.inference.pixels import Grey, grey_of

_QUARTER = pi / 2
_SAMPLES = 4
_DOUBTFUL = 0.85
_UNREADABLE = 0.5
_TYPE_SIZE = 0.7
_SMALL = 64


@dataclass(frozen=True, slots=True)
class Frame:
    """The straightened image: turned back by `tilt` radians around its centre."""

    x: float
    y: float
    tilt: float

    def straight(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the image comes to lie."""
        dx, dy, c, s = x - self.x, y - self.y, cos(self.tilt), sin(self.tilt)
        return self.x + dx * c + dy * s, self.y + dy * c - dx * s


@dataclass(frozen=True, slots=True)
class PageReader:
    """The engine behind `services.extraction.sight.Eyes`. `latin` as for Recognizer.read."""

    name: str
    detector: Model
    recognizer: Recognizer
    latin: bool | None = None
    how: Detection = field(default_factory=Detection)

    def read(self, image: PageImage) -> Seen:
        """Lines in no particular order, those that nobody could read left out."""
        grey = grey_of(image)
        found = detect(self.detector, grey, self.how)
        lines = self._directed(grey, found.places, found.tilt)
        frame = Frame(image.width / 2, image.height / 2, found.tilt)
        seen = (_seen(line, pieces(line), frame) for line in lines if line.confidence >= _UNREADABLE)
        return Seen(tuple(line for line in seen if line.words), degrees(found.tilt))

    def warm(self) -> None:
        """Run every step once: whatever is loaded on first use is then there."""
        grey = np.full((_SMALL, _SMALL), 255, dtype=np.float32)
        grey[_SMALL // 4 : _SMALL // 2] = 0
        detect(self.detector, grey, self.how)
        for part in parts_of(grey < 1, least=1):
            line = self._line(grey, part.rectangle(part.axis()))
            glyphs = (Glyph("a", 9.0, 1.0), Glyph("b", 30.0, 1.0), Glyph("c", 60.0, 1.0))
            pieces(replace(line, glyphs=glyphs))

    def _directed(self, grey: Grey, places: Sequence[Blob], tilt: float) -> list[Line]:
        """All lines, those of each axis read in the direction in which they say most."""
        level = [place for place in places if _turn(place, tilt) % 2 == 0]
        upright = [place for place in places if _turn(place, tilt) % 2]
        return [*self._level(grey, level), *self._upright(grey, upright)]

    def _level(self, grey: Grey, places: Sequence[Blob]) -> list[Line]:
        """Lines are not upside down unless they read badly so and well the other way."""
        lines = [self._line(grey, place) for place in places]
        if _confidence(lines) >= _DOUBTFUL:
            return lines
        return self._better(grey, lines)

    def _upright(self, grey: Grey, places: Sequence[Blob]) -> list[Line]:
        sample = [self._line(grey, place) for place in _longest(places)]
        flipped = [self._line(grey, _flipped(line.place)) for line in sample]
        if _confidence(flipped) > _confidence(sample):
            return [self._line(grey, _flipped(place)) for place in places]
        return [self._line(grey, place) for place in places]

    def _better(self, grey: Grey, lines: list[Line]) -> list[Line]:
        """The lines, or all of them turned over if the longest read better so."""
        sample = sorted(lines, key=lambda line: -line.place.along)[:_SAMPLES]
        flipped = [self._line(grey, _flipped(line.place)) for line in sample]
        if _confidence(flipped) <= _confidence(sample):
            return lines
        return [self._line(grey, _flipped(line.place)) for line in lines]

    def _line(self, grey: Grey, place: Blob) -> Line:
        return self.recognizer.read(grey, place, latin=self.latin)


def _longest(places: Sequence[Blob]) -> list[Blob]:
    return sorted(places, key=lambda place: -place.along)[:_SAMPLES]


def _confidence(lines: Iterable[Line]) -> float:
    """The mean over all glyphs: short scraps count little."""
    sure = [glyph.confidence for line in lines for glyph in line.glyphs]
    return sum(sure) / len(sure) if sure else 0.0


def _flipped(place: Blob) -> Blob:
    return replace(place, angle=place.angle + pi)


def _turn(place: Blob, tilt: float) -> int:
    """Quarter turns clockwise from left-to-right."""
    return round((place.angle - tilt) / _QUARTER) % 4


def _seen(line: Line, found: Pieces, frame: Frame) -> SeenLine:
    size = line.place.across * _TYPE_SIZE
    words = tuple(
        SeenWord(piece.text, _box(line, found, piece, frame), piece.confidence) for piece in found.words
    )
    return SeenLine(words, _turn(line.place, frame.tilt), size)


def _box(line: Line, found: Pieces, piece: Piece, frame: Frame) -> Box:
    """The box around a word's tilted rectangle, on the straightened image."""
    place, c, s = line.place, cos(line.place.angle), sin(line.place.angle)
    scale = place.along / line.pixels.shape[1]
    corners = []
    for column in (piece.start, piece.end):
        for row in (found.top, found.bottom):
            u, v = column * scale - place.along / 2, (row / HEIGHT - 0.5) * place.across
            x, y = frame.straight(place.x + u * c - v * s, place.y + u * s + v * c)
            corners.append(Box(x, y, x, y))
    return bounds(corners)
