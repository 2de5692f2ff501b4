"""Colours of chunks: dark enough for white letters, neighbours far apart, none twice."""

import colorsys

_FIRST = (
    "#1971c2",
    "#e8590c",
    "#2b8a3e",
    "#9c36b5",
    "#b08000",
    "#0c8599",
    "#a4133c",
    "#5f3dc4",
    "#5c940d",
    "#8d5524",
    "#d6336c",
    "#38607f",
)
_GOLDEN = 0.618034
_SHADES = (0.42, 0.34, 0.25)
_DARKER, _LIGHTEST = 0.9, 0.28
_SEEN = (0.2126, 0.7152, 0.0722)
"""How light red, green and blue are to the eye (WCAG 2)."""


def colour(place: int) -> str:
    """Of the n-th chunk of a page, from 0: chosen by hand first, later by turns of the golden angle."""
    if place < len(_FIRST):
        return _FIRST[place]
    shade = _SHADES[place % len(_SHADES)]
    parts = colorsys.hls_to_rgb(place * _GOLDEN % 1, shade, 0.7)
    while sum(share * part**2.2 for share, part in zip(_SEEN, parts, strict=True)) > _LIGHTEST:
        shade *= _DARKER
        parts = colorsys.hls_to_rgb(place * _GOLDEN % 1, shade, 0.7)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
