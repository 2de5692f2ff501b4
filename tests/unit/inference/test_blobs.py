from math import degrees, radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.inference.blobs import parts_of, runs_of


def flooded(bitmap: np.ndarray) -> int:
    """How many connected parts there are, found the slow way."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(bitmap), strict=True)}
    count = 0
    while left:
        count += 1
        open_ = [left.pop()]
        while open_:
            y, x = open_.pop()
            beside = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= beside
            open_ += beside
    return count


@given(arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_parts_are_what_touches_and_lose_no_pixel(bitmap: np.ndarray) -> None:
    runs = runs_of(bitmap)
    parts = parts_of(bitmap, least=1)
    assert len(set(runs.part.tolist())) == len(parts) == flooded(bitmap)
    assert sum(part.size for part in parts) == int(bitmap.sum())


@pytest.mark.parametrize("angle", [-30.0, -1.0, 0.0, 0.7, 20.0])
def test_the_rectangle_of_a_tilted_bar_has_its_direction_and_size(angle: float) -> None:
    ys, xs = np.mgrid[0:300, 0:400]
    c, s = np.cos(radians(angle)), np.sin(radians(angle))
    u, v = (xs - 200) * c + (ys - 150) * s, (ys - 150) * c - (xs - 200) * s
    (part,) = parts_of((abs(u) < 120) & (abs(v) < 8), least=1)
    found = part.rectangle(part.axis())
    assert degrees(found.angle) == pytest.approx(angle, abs=0.3)
    assert found.along == pytest.approx(240, abs=6)
    assert found.across == pytest.approx(16, abs=4)
    assert (found.x, found.y) == pytest.approx((200.5, 150.5), abs=1)
