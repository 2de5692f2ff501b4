"""A document of which only some regions are seen, and what is planned for them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from models.document import Block, Document
from models.span import Span, gaps, union
from services.segmentation.blocks import HEADINGS
from services.segmentation.plan import PARAGRAPH_END, Flow, Unit

_INK = re.compile(r"[^\r\n]")


def masked(document: Document, spans: Sequence[Span]) -> Document:
    """The same offsets and lines, blank outside the spans but for headings: paths lead through them."""
    headings = (block.span for block in document.blocks if block.kind in HEADINGS)
    seen = list(union([*spans, *headings]))
    hidden = {span: _INK.sub(" ", span.of(document.text)) for span in gaps(seen, len(document.text))}
    pieces, at = list[str](), 0
    for span, blank in hidden.items():
        pieces += [document.text[at : span.start], blank]
        at = span.end
    text = "".join([*pieces, document.text[at:]])
    blocks = (replace(block, span=part) for block in document.blocks for part in _parts(block, seen))
    return replace(document, text=text, blocks=tuple(blocks), metadata=_as_long(document, hidden))


def _as_long(document: Document, hidden: Mapping[Span, str]) -> Mapping[str, str]:
    """The metadata with the bytes that hidden text has more than blanks, for what counts them."""
    known = document.metadata
    if "byte_mark" not in known:
        return known
    encoding = known["encoding"]
    pairs = (pair.split(":") for pair in known.get("byte_shifts", "").split())
    shifts = [(int(place), int(more)) for place, more in pairs]
    for span, blank in hidden.items():
        shifts.append((span.end, len(span.of(document.text).encode(encoding)) - len(blank.encode(encoding))))
    return {**known, "byte_shifts": " ".join(f"{place}:{more}" for place, more in sorted(shifts))}


def within(document: Document, flow: Flow, span: Span) -> list[Unit]:
    """The units of an ordered flow that lie in the span, those at its ends clipped."""
    first = bisect_right(flow, span.start, key=lambda unit: unit.span.end)
    last = bisect_left(flow, span.end, key=lambda unit: unit.span.start)
    found = []
    for unit in flow[first:last]:
        clipped = _shared(unit.span, span)
        if clipped != unit.span:
            clipped = clipped.trimmed(document.text)
        if clipped.start < clipped.end:
            before = unit.before if clipped.start == unit.span.start else PARAGRAPH_END
            found.append(unit._replace(span=clipped, before=before))
    return found


def _parts(block: Block, seen: Sequence[Span]) -> Iterator[Span]:
    first = bisect_right(seen, block.span.start, key=lambda span: span.end)
    last = bisect_left(seen, block.span.end, key=lambda span: span.start)
    return (_shared(block.span, span) for span in seen[first:last])


def _shared(one: Span, other: Span) -> Span:
    return Span(max(one.start, other.start), min(one.end, other.end))
