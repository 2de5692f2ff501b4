"""References of statutes whose targets are certain from the publisher's tree alone.

Two plain rules, apart from the grammar that is measured: a label `of this section` leads down from the
section around it; a section number that the text has exactly once leads to that section.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from models.span import Span

Record = dict[str, Any]

_LABELS = r"(?P<path>(?:\(\w{1,5}\))+)(?!,? (?:and|or|through|to) \(|\()"
_OF_THIS = re.compile(
    rf"\b(?:sub)*(?:section|paragraph|clause) {_LABELS} of this (?P<level>section|subsection)\b"
)
_NUMBER = re.compile(
    r"(?:§|\bsection) (?P<number>\d+[A-Za-z]?(?:[-–.:]\d+[A-Za-z]?)*)(?P<path>(?:\(\w{1,5}\))*)"
    r"(?P<after> of this (?:Act|title|chapter|subchapter|division))?"
)
_LIST = re.compile(r",? (?:and|or|through|to) [\d(§]|, [\d§]| et seq|\s?\(|[-–]\d")
_ELSEWHERE = re.compile(r"(?:Code|Act|U\.S\.C\.|C\.F\.R\.|such|Law)[ ,]{0,3}\Z|[“‘]|(?:\)|\),) (?:of|in) \Z")
_INNER = re.compile(r"\),? (?:of|in) \Z")
"""Before a part that only says where another one is."""
_OF = re.compile(r",? (?:of|under|to) (?!this)")


class Certain(NamedTuple):
    """Where the text refers, and the start of the part that it refers to."""

    span: Span
    target: int


def certain(record: Record, *, numbers_alone: bool) -> Iterator[Certain]:
    """`numbers_alone`: numbers count without `of this Act`, too, as in a code that cites others by name."""
    text, nodes = record["text"], record["nodes"]
    by_number: dict[str, list[int]] = {}
    for i, node in enumerate(nodes):
        if node["level"] == "section":
            by_number.setdefault(_bare(node["num"]), []).append(i)
    below: dict[tuple[int, str], list[int]] = {}
    for i, node in enumerate(nodes):
        below.setdefault((node["parent"], _bare(node["num"])), []).append(i)
    for found in _OF_THIS.finditer(text):
        inner = _INNER.search(text, max(0, found.start() - 20), found.start())
        if (
            not (inner or _quoted(text, found.start()))
            and (around := _around(record, found.start(), found["level"])) is not None
        ):
            yield from _led(found, around, below, nodes)
    for found in _NUMBER.finditer(text):
        places = by_number.get(_bare(found["number"]), [])
        if len(places) != 1 or nodes[places[0]]["start"] == found.start() or _quoted(text, found.start()):
            continue
        is_own = found["after"] or (numbers_alone and not _OF.match(text, found.end()))
        elsewhere = _ELSEWHERE.search(text, max(0, found.start() - 20), found.start())
        if is_own and not elsewhere and not _LIST.match(text, found.end()):
            yield from _led(found, places[0], below, nodes)


def _led(
    found: re.Match[str], start: int, below: dict[tuple[int, str], list[int]], nodes: list[dict[str, Any]]
) -> Iterator[Certain]:
    """Down the labels, as long as each is there exactly once."""
    at = start
    for label in re.findall(r"\((\w+)\)", found["path"]):
        places = below.get((at, label), [])
        if len(places) != 1:
            return
        at = places[0]
    yield Certain(Span(*found.span()), nodes[at]["start"])


def _around(record: Record, offset: int, level: str) -> int | None:
    """The innermost section around the offset, or the part directly below it."""
    inner = [i for i, node in enumerate(record["nodes"]) if node["start"] <= offset < node["end"]]
    path = sorted(inner, key=lambda i: record["nodes"][i]["depth"])
    sections = [place for place, i in enumerate(path) if record["nodes"][i]["level"] == "section"]
    if not sections:
        return None
    place = sections[-1] + (1 if level == "subsection" else 0)
    return path[place] if place < len(path) else None


def _bare(number: str) -> str:
    return number.rpartition(" ")[2].strip("()§. —").replace("–", "-")


def _quoted(text: str, offset: int) -> bool:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line.count("“") > line.count("”") or line.startswith("“")
