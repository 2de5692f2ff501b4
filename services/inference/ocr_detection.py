"""Where text stands: a network's map of probabilities (DB, arXiv:1911.08947) to tilted rectangles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import pi, radians

import numpy as np

from services.inference.blobs import Bitmap, Blob, Part, parts_of
from services.inference.onnx import Floats, Model
from services.inference.pixels import Grey, resized

_STRIDE = 32
_LEAST_PIXELS = 6
_THINNEST = 2.0
_LONG = 4.0
_HIGH = 2.0
_OWN_WAY = radians(2.0)
_QUARTER = pi / 2


@dataclass(frozen=True, slots=True)
class Detection:
    """How text is looked for. `side`: pixels of the longer side that the network is shown at most."""

    side: int = 1280
    threshold: float = 0.3
    least_score: float = 0.5
    unclip: float = 1.6


@dataclass(frozen=True, slots=True)
class Found:
    """Places of lines of text in pixels of the image. `tilt`: the angle at which most of them lie."""

    places: tuple[Blob, ...]
    tilt: float


def detect(network: Model, grey: Grey, how: Detection) -> Found:
    """Lines of text, each with its own direction: 0 is to the right, positive goes down."""
    rows, columns = grey.shape
    scale = min(1.0, how.side / max(rows, columns))
    height, width = (max(_STRIDE, round(n * scale / _STRIDE) * _STRIDE) for n in (rows, columns))
    small = resized(grey, height, width) / np.float32(127.5) - np.float32(1.0)
    batch = np.ascontiguousarray(np.broadcast_to(small.astype(np.float32), (1, 3, height, width)))
    likely = network.run(batch)[0, 0]
    parts = parts_of(_thick(likely > how.threshold), least=_LEAST_PIXELS)
    tilt = _tilt([part.rectangle(part.axis()) for part in parts])
    laid = [_laid(part, tilt) for part in parts]
    sure = [place for place in laid if place.across >= _THINNEST and _score(likely, place) >= how.least_score]
    return Found(tuple(_grown(part, how.unclip, columns / width, rows / height) for part in sure), tilt)


def _thick(bitmap: Bitmap) -> Bitmap:
    """One pixel more to the right and below: what nearly touches belongs together."""
    grown = bitmap.copy()
    grown[1:] |= bitmap[:-1]
    grown[:, 1:] |= grown[:, :-1].copy()
    return grown


def _tilt(parts: Sequence[Blob]) -> float:
    """The middle one of the directions of long parts, by their lengths, modulo a quarter turn."""
    turned = sorted(
        (_from_axis(part.angle), part.along) for part in parts if part.along > _LONG * part.across
    )
    half, sum_ = sum(along for _, along in turned) / 2, 0.0
    for angle, along in turned:
        sum_ += along
        if sum_ >= half:
            return angle
    return 0.0


def _from_axis(angle: float) -> float:
    """How far a direction is from the nearest axis."""
    return (angle + pi / 4) % (pi / 2) - pi / 4


def _laid(part: Part, tilt: float) -> Blob:
    """The part in the page's direction, unless it is long and plainly has its own."""
    axis = part.axis()
    own = part.rectangle(axis)
    if own.along <= _LONG * own.across:
        return _along(part.rectangle(tilt))
    if abs(_from_axis(axis) - tilt) > _OWN_WAY:
        return own
    return part.rectangle(tilt if abs(axis) <= pi / 4 else tilt + _QUARTER)


def _along(place: Blob) -> Blob:
    """Much higher than wide: a short text that runs down the page."""
    if place.across <= _HIGH * place.along:
        return place
    return replace(place, angle=place.angle + _QUARTER, along=place.across, across=place.along)


def _score(likely: Floats, part: Blob) -> float:
    """The mean probability inside."""
    u = np.linspace(-0.5, 0.5, 64) * part.along
    v = (np.linspace(-0.4, 0.4, 8) * part.across)[:, None]
    xs = part.x + u * np.cos(part.angle) - v * np.sin(part.angle)
    ys = part.y + u * np.sin(part.angle) + v * np.cos(part.angle)
    inside = likely[
        np.clip(ys, 0, likely.shape[0] - 1).astype(np.intp),
        np.clip(xs, 0, likely.shape[1] - 1).astype(np.intp),
    ]
    return float(inside.mean())


def _grown(part: Blob, unclip: float, x_scale: float, y_scale: float) -> Blob:
    """The rectangle around the glyphs, in pixels of the image: the network marks only their core."""
    margin = unclip * part.along * part.across / (part.along + part.across)
    scale = (x_scale + y_scale) / 2
    return Blob(
        part.x * x_scale,
        part.y * y_scale,
        part.angle,
        (part.along + margin) * scale,
        (part.across + margin) * scale,
    )
