"""Where the label of a box goes: beside text if there is any room, never over another label if it can be."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.geometry import Box

Boxes = npt.NDArray[np.float64]

_INK = 0.2
"""Share of a line's height above and below its letters that may be covered."""
_OVER_LABEL = 3.0
"""How much worse it is to cover another label than to cover text."""
_OFF_PAGE = 4.0
_GAP = 2.0
_LATER = 0.6
"""Square units of text that a place may cover rather than be one further down in the list."""


class Room:
    """A page whose words stand at `words`; each label that is placed takes some of the room."""

    def __init__(self, page: Box, words: Sequence[Box]) -> None:
        self._page = np.array([page], np.float64)
        self._words = np.array(words, np.float64).reshape(-1, 4)
        inset = _INK * (self._words[:, 3] - self._words[:, 1])
        self._words[:, 1] += inset
        self._words[:, 3] -= inset
        self._labels = np.zeros((0, 4))

    def placed(self, around: Box, widths: Sequence[float], height: float) -> tuple[int, Box]:
        """Which of the widths (the best first) the label of a box gets, and where it goes."""
        found = [
            (self._cost(box) + _LATER * order, which, box)
            for which, wide in enumerate(widths)
            for order, box in enumerate(_places(around, wide, height), which * 12)
        ]
        _, which, box = min(found, key=lambda option: option[0])
        self._labels = np.concatenate((self._labels, np.array([box], np.float64)))
        return which, box

    def _cost(self, box: Box) -> float:
        off = box.width * box.height - _shared(box, self._page)
        return _shared(box, self._words) + _OVER_LABEL * _shared(box, self._labels) + _OFF_PAGE * off


def _places(around: Box, wide: float, high: float) -> Iterator[Box]:
    x0, y0, x1, y1 = around
    corners = (
        (x0 - wide - _GAP, y0),
        (x0, y0 - high),
        (x1 + _GAP, y0),
        (x1 - wide, y0 - high),
        (x1 - wide, y1 - high),
        (x1 - wide, y1),
        (x0, y1),
        (x0 - wide - _GAP, (y0 + y1 - high) / 2),
        (x1 + _GAP, (y0 + y1 - high) / 2),
        (x0 - wide / 2, y0 - high / 2),
        (x1 - wide / 2, y0 - high / 2),
    )
    for left, top in corners:
        yield Box(left, top, left + wide, top + high)


def _shared(box: Box, others: Boxes) -> float:
    """The area that the box has in common with others."""
    across = np.minimum(others[:, 2], box.x1) - np.maximum(others[:, 0], box.x0)
    down = np.minimum(others[:, 3], box.y1) - np.maximum(others[:, 1], box.y0)
    return float((np.maximum(across, 0) * np.maximum(down, 0)).sum())
