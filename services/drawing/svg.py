"""SVG as text: a few shapes, everything from outside escaped, nothing that a viewer would run or fetch.

Only what every renderer knows: dashes are paths of their own, fonts are named by kind.
"""

from collections.abc import Iterable, Sequence
from html import escape

from models.geometry import Box

Point = tuple[float, float]
Value = str | float


def element(name: str, *children: str, **attributes: Value) -> str:
    """One element; `children` are finished markup, underscores in names of attributes are hyphens."""
    given = "".join(f' {key.replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def group(children: Iterable[str], **attributes: Value) -> str:
    """What has attributes in common; nothing at all around nothing."""
    found = "\n".join(children)
    return element("g", "\n", found, "\n", **attributes) if found else ""


def rectangle(box: Box, *children: str, **attributes: Value) -> str:
    """A box on the canvas."""
    return element("rect", *children, x=box.x0, y=box.y0, width=box.width, height=box.height, **attributes)


def lettering(at: Point, said: str, size: float, **attributes: Value) -> str:
    """One line of text that begins at a point of its baseline."""
    return element("text", escape(plain(said)), x=at[0], y=at[1], font_size=size, **attributes)


def tooltip(said: str) -> str:
    """What a viewer may show for the element around it."""
    return element("title", escape(plain(said)))


def plain(said: str) -> str:
    """One line of what can be seen: no control characters, no marks that turn the writing round."""
    return "".join(c for c in " ".join(said.split()) if c.isprintable())


def curve(a: Point, b: Point, bow: float, dash: float = 0.0) -> str:
    """A path from a to b, bent to its left by `bow`; where `dash` is set, in pieces of that length."""
    if not bow and not dash:
        return f"M{_point(a)}L{_point(b)}"
    length = max(1e-6, ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5)
    side = (2 * bow * (b[1] - a[1]) / length, -2 * bow * (b[0] - a[0]) / length)
    middle = ((a[0] + b[0]) / 2 + side[0], (a[1] + b[1]) / 2 + side[1])
    if not dash:
        return f"M{_point(a)}Q{_point(middle)} {_point(b)}"
    count = max(2, round(length / dash)) | 1
    points = [_bent(a, middle, b, at / count) for at in range(count + 1)]
    return "".join(f"M{_point(points[at])}L{_point(points[at + 1])}" for at in range(0, count, 2))


def dotted(box: Box, dash: float) -> str:
    """The path of a dashed rectangle."""
    corners = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
    return "".join(curve(corners[at - 1], corners[at], 0.0, dash) for at in range(4))


def number(value: float) -> str:
    """As few digits as it takes on a screen."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _bent(a: Point, middle: Point, b: Point, t: float) -> Point:
    shares = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
    x, y = (sum(s * p[axis] for s, p in zip(shares, (a, middle, b), strict=True)) for axis in (0, 1))
    return x, y


def _point(point: Sequence[float]) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _value(value: Value) -> str:
    return escape(value) if isinstance(value, str) else number(value)
