"""What MuPDF knows of a page beside its words: links, tagged roles; and of a file: language, dates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from models.geometry import Box
from services.extraction.cleaning import clean_line
from services.extraction.raw import RawLine, RawLink

_GOTO, _URI = 1, 2
_MOST_LINKS = 2_000
_LONGEST = 2_000
_TEXT, _STRUCTURE = 0, 2
_DATE = re.compile(r"^D:(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?)?(?:([+-])(\d{2})'?(\d{2})?|Z)?")


def raw_links(first: Any, pages: int) -> tuple[RawLink, ...]:
    """Of a chain of links those that lead to an address or to a page of the file (from 1)."""
    found = []
    for link in islice(_chain(first), _MOST_LINKS):
        box, dest = Box(*map(float, link.rect)), link.dest
        if dest.kind == _URI and dest.uri:
            found.append(RawLink(box, clean_line(str(dest.uri))[:_LONGEST]))
        elif dest.kind == _GOTO and 0 <= dest.page < pages:
            found.append(RawLink(box, "", int(dest.page) + 1))
    return tuple(found)


def _chain(link: Any) -> Iterator[Any]:
    while link:
        link.xref = 0  # with a reference PyMuPDF reads all annotations of the page again for each link
        yield link
        link = link.next


def roles(blocks: Sequence[Mapping[str, Any]]) -> list[tuple[Box, str]]:
    """For each line of the structure tree its box and the standard roles above it, from outer to inner."""
    return list(_roles(blocks, ()))


def _roles(blocks: Sequence[Mapping[str, Any]], above: tuple[str, ...]) -> Iterator[tuple[Box, str]]:
    for block in blocks:
        if block["type"] == _STRUCTURE:
            yield from _roles(block["blocks"], (*above, str(block.get("std") or "")))
        elif block["type"] == _TEXT:
            for line in block["lines"]:
                yield Box(*line["bbox"]), " ".join(above)


def with_roles(lines: Sequence[RawLine], tagged: Sequence[tuple[Box, str]]) -> tuple[RawLine, ...]:
    """The lines, each with the roles of the tagged line that holds the middle of its first word."""
    return tuple(replace(line, role=_role_of(line, tagged)) for line in lines)


def _role_of(line: RawLine, tagged: Sequence[tuple[Box, str]]) -> str:
    box = line.words[0].box
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return next((role for place, role in tagged if place.holds(x, y)), "")


def iso_date(written: str) -> str:
    """A PDF date (`D:20240131120000+01'00'`) as ISO 8601, as far as it goes; empty when it is none."""
    match = _DATE.match(written)
    if not match:
        return ""
    year, month, day, hour, minute, second, sign, east, minutes = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if not (day and hour):
        return date
    zone = f"{sign}{east}:{minutes or '00'}" if sign else "Z" if written.rstrip("'").endswith("Z") else ""
    return f"{date}T{hour}:{minute}:{second or '00'}{zone}"
