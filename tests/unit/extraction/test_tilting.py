from math import cos, radians, sin

from hypothesis import given
from hypothesis import strategies as st

from models.geometry import Box
from services.extraction.tilting import tilted_box

WIDTH, HEIGHT = 600.0, 800.0


@given(st.floats(-10, 10), st.floats(150, 400), st.floats(150, 600), st.floats(1, 50), st.floats(1, 20))
def test_the_box_holds_all_corners_of_the_turned_rectangle(
    tilt: float, x: float, y: float, width: float, height: float
) -> None:
    found = tilted_box(Box(x, y, x + width, y + height), tilt, WIDTH, HEIGHT)
    c, s = cos(radians(tilt)), sin(radians(tilt))
    for px, py in ((x, y), (x + width, y), (x, y + height), (x + width, y + height)):
        dx, dy = px - WIDTH / 2, py - HEIGHT / 2
        turned = (WIDTH / 2 + dx * c - dy * s, HEIGHT / 2 + dx * s + dy * c)
        assert found.contains(Box(*turned, *turned), slack=1e-6)
