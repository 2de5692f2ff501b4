"""What a line says: a strip of pixels to glyphs with places and confidences (CTC, Graves et al. 2006)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from services.inference.blobs import Blob
from services.inference.onnx import Floats, Model
from services.inference.pixels import Grey, strip

HEIGHT = 48
_STEP = 32
_NARROWEST = 16
_WIDEST = 4096
_MARGIN = 8
_FOREIGN = 0.1
_LATIN = (
    (0x20, 0x250),
    (0x1E00, 0x1F00),
    (0x2000, 0x2070),
    (0x20A0, 0x2190),
    (0x2200, 0x2270),
    (0xFB00, 0xFB07),
)


class Glyph(NamedTuple):
    """One character, its middle as a column of the strip, and how sure the network is (0 to 1)."""

    char: str
    column: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read: the strip it stands in, and its glyphs from left to right."""

    place: Blob
    pixels: Grey
    glyphs: tuple[Glyph, ...]

    @property
    def confidence(self) -> float:
        """The mean over its glyphs; 0 when there are none."""
        return sum(glyph.confidence for glyph in self.glyphs) / max(len(self.glyphs), 1)


@dataclass(frozen=True)
class Recognizer:
    """A recognition network; `characters[i]` is what its class i stands for, class 0 being none."""

    network: Model
    characters: tuple[str, ...]

    @cached_property
    def latin(self) -> npt.NDArray[np.bool_]:
        """Which classes are none, or letters, digits and signs of Latin script."""
        allowed = [not char or all(_is_latin(ord(part)) for part in char) for char in self.characters]
        return np.array(allowed, dtype=np.bool_)

    def scores(self, pixels: Grey) -> Floats:
        """For each step, which is an equal part of the padded strip, the probability of each class."""
        width = -(-(pixels.shape[1] + _MARGIN) // _STEP) * _STEP
        batch = np.zeros((1, 3, HEIGHT, width), dtype=np.float32)
        batch[:, :, :, : pixels.shape[1]] = pixels / np.float32(127.5) - np.float32(1.0)
        scores: Floats = self.network.run(batch)[0]
        return scores

    def read(self, grey: Grey, place: Blob, *, latin: bool | None = None) -> Line:
        """The line at that place. `latin`: only that script; None lets most of its glyphs decide."""
        width = min(max(ceil(HEIGHT * place.along / place.across), _NARROWEST), _WIDEST)
        pixels = strip(grey, place, HEIGHT, width)
        scores = self.scores(pixels)
        pitch = -(-(width + _MARGIN) // _STEP) * _STEP / len(scores)
        glyphs = () if latin else tuple(self._glyphs(scores, pitch))
        if latin or (latin is None and _mostly_latin(glyphs)):
            glyphs = tuple(self._glyphs(np.where(self.latin, scores, np.float32(0.0)), pitch))
        return Line(place, pixels, glyphs)

    def _glyphs(self, scores: Floats, pitch: float) -> Iterator[Glyph]:
        """Best class of each step; equal neighbours are one glyph."""
        best = scores.argmax(axis=1)
        sure = scores[np.arange(len(best)), best]
        step = 0
        for kind, run in groupby(best.tolist()):
            length = sum(1 for _ in run)
            if kind and self.characters[kind]:
                middle = (step + length / 2) * pitch
                yield Glyph(self.characters[kind], middle, float(sure[step : step + length].max()))
            step += length


def recognizer(network: Model) -> Recognizer:
    """With the characters that its file lists; the last class is the space."""
    listed = network.metadata.get("character", "").split("\n")
    if listed and not listed[-1]:
        listed.pop()
    return Recognizer(network, ("", *listed, " "))


def _mostly_latin(glyphs: Sequence[Glyph]) -> bool:
    letters = [glyph.char for glyph in glyphs if glyph.char.isalpha()]
    foreign = sum(not _is_latin(ord(char[0])) for char in letters)
    return foreign <= _FOREIGN * len(letters)


def _is_latin(code: int) -> bool:
    return any(low <= code < high for low, high in _LATIN)
