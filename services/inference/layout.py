"""Regions of a page by a detector with the outputs of PicoDet (arXiv:2111.00902).

For each stride there are class scores, and distances of box edges as distributions (arXiv:2006.04388).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.errors import ModelError
from models.geometry import Box
from services.extraction.sight import PageImage, SeenRegion
from services.inference.onnx import Floats, Model
from services.inference.pixels import grey_of, resized

_STRIDES = (8, 16, 32, 64)
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)[:, None, None]
_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)[:, None, None]
_LEAST = 0.4
_SAME = 0.5

Boxes = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LayoutReader:
    """The engine behind `services.extraction.sight.Regions`: `labels` in the order of the classes."""

    name: str
    network: Model
    labels: Sequence[str]
    size: tuple[int, int]

    def regions(self, image: PageImage) -> tuple[SeenRegion, ...]:
        """The surest first, in pixels of the image; of two of one label that overlap by half, one."""
        height, width = self.size
        grey = resized(grey_of(image), height, width) / np.float32(255)
        batch = ((grey[None] - _MEAN) / _DEVIATION)[None].astype(np.float32)
        outputs = self.network.run_all(np.ascontiguousarray(batch))
        half = len(outputs) // 2
        scores = np.concatenate([output[0] for output in outputs[:half]])
        if scores.shape[1] > len(self.labels):
            raise ModelError(f"The network knows {scores.shape[1]} classes, its manifest {len(self.labels)}.")
        edges = np.concatenate(
            [
                _edges(found[0], stride, self.size)
                for found, stride in zip(outputs[half:], _STRIDES, strict=True)
            ]
        )
        edges *= np.tile([image.width / width, image.height / height], 2)
        found = (
            region for kind in range(scores.shape[1]) for region in self._of(kind, scores[:, kind], edges)
        )
        return tuple(sorted(found, key=lambda region: -region.score))

    def _of(self, kind: int, scores: Floats, edges: Boxes) -> Iterator[SeenRegion]:
        likely = np.flatnonzero(scores >= _LEAST)
        kept: list[Box] = []
        for i in likely[np.argsort(-scores[likely])].tolist():
            box = Box(*map(float, edges[i]))
            if all(_overlap(box, other) < _SAME for other in kept):
                kept.append(box)
                yield SeenRegion(self.labels[kind], box, float(scores[i]))


def _edges(distributions: Floats, stride: int, size: tuple[int, int]) -> Boxes:
    """Boxes around the centres of cells: each edge is as far as the mean of its distribution says."""
    rows, columns = (-(-side // stride) for side in size)
    ys, xs = np.mgrid[0:rows, 0:columns]
    centres = np.stack([(xs.ravel() + 0.5) * stride, (ys.ravel() + 0.5) * stride], axis=1)
    bins = distributions.reshape(len(centres), 4, -1).astype(np.float64)
    likely = np.exp(bins - bins.max(axis=2, keepdims=True))
    likely /= likely.sum(axis=2, keepdims=True)
    far = (likely * np.arange(bins.shape[2])).sum(axis=2) * stride
    return np.concatenate([centres - far[:, :2], centres + far[:, 2:]], axis=1)


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (a.width * a.height + b.width * b.height - common)
