"""What the picture shows, said beside the page."""

from collections.abc import Iterator
from typing import NamedTuple

from models.geometry import Box
from models.span import Span
from services.drawing.graph import HEAVIEST, heaviest, look_of
from services.drawing.layers import GREY, SHORT, drops_on
from services.drawing.letters import shortened, wrapped
from services.drawing.svg import curve, dotted, element, group, lettering, plain, rectangle
from services.drawing.values import LONGEST, MARGIN, View
from services.segmentation.edges import Edge

WIDE, _SWATCH, _GAP = 250.0, 16.0, 8.0
_TITLE, _SIZE, _SMALL, _LINE = 15.0, 11.0, 9.0, 11.5
_DARK, _PALE = "#212529", "#5c6770"
_REASON_LINES, _MOST_COLUMNS = 2, 3
_NOWHERE = Span(0, 1)
_SAMPLES = (
    (Edge(_NOWHERE, _NOWHERE, 1.0, 0.0, 0.8, False), "nearer on the page than alike"),
    (Edge(_NOWHERE, _NOWHERE, 0.0, 1.0, 0.8, False), "more alike in meaning than near"),
    (Edge(_NOWHERE, _NOWHERE, 1.0, 1.0, 1.0, True), "belong together"),
)


class _Entry(NamedTuple):
    """Some lines with their markup at the origin, and how high they are."""

    markup: str
    high: float


def legend(view: View, left: float) -> tuple[str, float, float]:
    """The markup right of `left`, and its right and lower edge."""
    entries = [_heading(view), *_graph(view), *_kinds(view), *_chunks(view)]
    found, x, y, bottom = [], left, MARGIN, MARGIN
    column = 1
    for place, (markup, high) in enumerate(entries):
        if y + high > MARGIN + LONGEST and column < _MOST_COLUMNS:
            column, x, y = column + 1, x + WIDE + MARGIN, MARGIN
        elif y + high > MARGIN + LONGEST:
            left_out = len(entries) - place
            found.append(lettering((x, y + _SIZE), f"… and {left_out} more", _SIZE, fill=_PALE))
            break
        found.append(group([markup], transform=f"translate({x:.2f} {y:.2f})"))
        y += high
        bottom = max(bottom, y)
    return "\n".join(found), x + WIDE, bottom


def _heading(view: View) -> _Entry:
    number, count = view.frame.page.number, len(view.document.pages)
    parts, blocks = _counted(len(view.parts), "chunk"), _counted(len(view.blocks), "block")
    strategies = ", ".join(sorted({part.strategy for part in view.parts}))
    title = lettering((0, _TITLE), f"Page {number} of {count}", _TITLE, fill=_DARK, font_weight="bold")
    said = f"{strategies}: {parts}, {blocks}" if strategies else blocks
    return _Entry(title + lettering((0, _TITLE + 16), said, _SIZE, fill=_PALE), _TITLE + 30)


def _graph(view: View) -> Iterator[_Entry]:
    """Samples of the kinds of edges there are, as thick as in the picture."""
    if not view.edges:
        return
    shown = heaviest(view.edges)
    looks = {look_of(edge)[::2] for edge in shown}
    for edge, said in _SAMPLES:
        stroke, wide, dash = look_of(edge)
        if (stroke, dash) in looks:
            path = element("path", d=curve((0, 8), (26, 8), 0.0, dash), stroke=stroke, stroke_width=wide)
            yield _keyed(group([path], fill="none", stroke_linecap="round"), said)
    said = f"{len(shown)} of {_counted(len(view.edges), 'edge')}: the {HEAVIEST} heaviest of each block"
    yield _Entry(lettering((0, 11), said, _SMALL, fill=_PALE), 24)


def _kinds(view: View) -> Iterator[_Entry]:
    """What short labels mean, of the kinds on this page, and the dotted boxes."""
    found = sorted({shown.block.kind for shown in view.blocks}, key=list(SHORT).index)
    lines = wrapped(
        [f"{SHORT[kind]} {kind.value.replace('_', ' ')}" for kind in found], _SMALL, WIDE, 3, ", "
    )
    if lines:
        yield _Entry(_written(lines, 0), _LINE * len(lines) + 6)
    reasons = sorted({drop.reason.value for drop in drops_on(view)})
    if reasons:
        path = element("path", d=dotted(Box(0, 2, 26, 13), 3.0), stroke=GREY, stroke_width=0.7, fill="none")
        yield _keyed(path, "left out: " + ", ".join(reasons).replace("_", " "), 24)


def _chunks(view: View) -> Iterator[_Entry]:
    """The colour, number, size and reason of each."""
    for part in view.parts:
        own = view.colours[part.number]
        swatch = rectangle(
            Box(1, 5, 1 + _SWATCH, 5 + _SWATCH),
            rx=3,
            fill=own,
            fill_opacity=0.2,
            stroke=own,
            stroke_width=1.8,
        )
        left = 1 + _SWATCH + _GAP
        lines = wrapped(plain(part.reason).split(), _SMALL, WIDE - left, _REASON_LINES)
        title = lettering((left, 13), f"#{part.number}", _SIZE, fill=own, font_weight="bold")
        tokens = lettering((left + 34, 13), _counted(part.tokens, "token"), _SIZE, fill=_DARK)
        reason = group([_written(lines, left)], transform="translate(0 14)") if lines else ""
        yield _Entry(swatch + title + tokens + reason, 22 + _LINE * len(lines))


def _keyed(sample: str, said: str, high: float = 15) -> _Entry:
    line = shortened(said, _SMALL, WIDE - 34)
    return _Entry(sample + lettering((34, 11), line, _SMALL, fill=_PALE), high)


def _written(lines: list[str], left: float) -> str:
    return "".join(
        lettering((left, _LINE * (row + 1) - 2), line, _SMALL, fill=_PALE) for row, line in enumerate(lines)
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
