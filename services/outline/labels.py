"""Numbers at the start of a line: where they end, and how each may be read."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.outline import NodeKind
from models.span import Span
from services.outline.names import KINDS
from services.outline.ordinals import WHOLE, WORDS, figure, letter, roman

_QUOTES = "“”\"‘’'«»„‹›"
_NAME = "|".join(re.escape(word) for word in sorted(KINDS, key=len, reverse=True))
_COUNT = "|".join(sorted(WORDS, key=len, reverse=True))
_NAMED = re.compile(
    rf"\[?(?P<name>{_NAME})\s*(?:n[°º.]\s*)?"
    rf"(?P<number>\d+(?:(?!er\b)[a-z]{{1,2}}(?![a-z]))?(?:[.:–-]\d+[a-z]{{0,2}}(?:-\d+)?)*(?:\s?(?:bis|ter|quater|quinquies|sexies)\b)?"
    rf"|(?:{_COUNT})\b|[ivxlcdm]+(?=er\b)|[ivxlcdm]+(?:-[a-z0-9])?\b|[a-z](?:[.-]?\d+)?\b)(?:er\b|\.?[º°])?",
    re.IGNORECASE,
)
_ORDERED = re.compile(rf"(?P<number>{_COUNT})\s+(?P<name>{_NAME})\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\((?P<mark>\d{1,3}[A-Za-z]{0,2}(?:-\d+)?|[A-Za-z]{1,6}(?:-\d+)?)\)")
_DECIMAL = re.compile(r"(?P<path>[A-Z]?\d{1,3}(?:\.\d{1,3}){1,6}[A-Za-z]?)(?P<stop>[.):]?)(?![\w.,:/%-])")
_HYPHENED = re.compile(r"(?P<path>\d{1,2}[–-]\d{3,4}(?:\.\d{1,2})?)(?P<stop>[.:]?)(?=\s+[A-Z])")
_FIGURES = re.compile(
    r"(?P<mark>[\dlIO]{1,3}(?:[A-Z]{1,2}|bis|ter|quater)?)(?:(?P<stop>[.):°º])(?=\s|$|[A-Z“‘(])|(?=\s|$))"
)
_SQUARE = re.compile(r"\[(?P<mark>\d{1,3})\](?=\s)")
_MARKED = re.compile(r"(?P<mark>[A-Za-z]{1,2}|[ivxl]{3,6}|[IVXL]{3,6})(?P<stop>[.):])(?=\s|$)")
_LONE = re.compile(r"(?P<mark>[IVX]{1,5})\s+(?=[A-Z])")
_BULLET = re.compile(
    r"(?P<mark>[•‣⁃∙◦●○■□▪▫◆◇►▶➢➤✓✔❖⮚·☐☑☒⊠]|[-–—*](?=\s+[^\W_])(?!\s*(?:\d+|\w{1,5})\s*[-–—]))\s*(?=\S)"
)
_BETWEEN = re.compile(r"\s?(?=\()")
_LETTERS_ROMAN = frozenset("ivxlcdm")
_BARE = "bare"
UNIFORM = "1-1"
"""The family of `4-101`."""
_WIDEST_GAP = 8
_LONGEST_CHAIN = 5


class Reading(NamedTuple):
    """One way to read a number: its family, its place as a path of ordinals, and what it costs to believe."""

    family: str
    path: tuple[int, ...]
    cost: float = 0.0


class Label(NamedTuple):
    """A printed number: `span` with name and brackets but without a full stop, `end` behind the stop."""

    span: Span
    end: int
    number: str
    readings: tuple[Reading, ...]
    kind: NodeKind


def chain(text: str, start: int, end: int) -> list[Label]:
    """The labels at `start`, several where one opens in the other (`(a)(1)`, `1. 1.1`); none without one."""
    first = label_at(text, start, end)
    if first is None:
        return []
    labels = [first]
    while len(labels) < _LONGEST_CHAIN and (following := _further(text, labels[-1], end)):
        labels.append(following)
    return labels


def label_at(text: str, start: int, end: int) -> Label | None:
    """The label at `start`, which is no white space and no quotation mark."""
    char = text[start]
    if char == "(":
        return _bracketed(text, start, end)
    if char.isalpha() or char in "§[":
        return _named(text, start, end) or _marked(text, start, end) or _square(text, start, end)
    if char.isdigit():
        return _decimal(text, start, end) or _figures(text, start, end)
    bullet = _BULLET.match(text, start, end)
    if bullet is None:
        return None
    span = Span(start, bullet.end("mark"))
    return Label(span, bullet.end(), "", (Reading(bullet["mark"], ()),), NodeKind.ITEM)


def _further(text: str, last: Label, end: int) -> Label | None:
    gap = _BETWEEN.match(text, last.end, end)
    if gap is not None and last.kind is NodeKind.ITEM and last.number:
        found = _bracketed(text, gap.end(), end)
        return found if found and (gap.end() == last.end or found.readings[0].path[-1] == WHOLE) else None
    if last.kind is not NodeKind.PARAGRAPH:
        return None
    start = last.end
    while start < end and text[start] in " \t":
        start += 1
    if start in {end, last.end} or start - last.end > _WIDEST_GAP:
        return None
    found = label_at(text, start, end) if text[start] in "(0123456789" else None
    goes_on = found is not None and found.number.startswith(f"{last.number}.")
    opens = found is not None and text[start] == "(" and found.readings[0].path[-1] == WHOLE
    return found if goes_on or opens else None


def _bracketed(text: str, start: int, end: int) -> Label | None:
    match = _BRACKETED.match(text, start, end)
    if match is None:
        return None
    found = tuple(_marks(match["mark"], "()"))
    label = Label(Span(start, match.end()), match.end(), match["mark"], found, NodeKind.ITEM)
    return label if found else None


def _named(text: str, start: int, end: int) -> Label | None:
    match = _NAMED.match(text, start, end) or _ORDERED.match(text, start, end)
    if match is None:
        return None
    name, number = match["name"].lower(), match["number"]
    after = text[match.end() : match.end() + 1]
    touches = name[-1].isalpha() and match.end("name") == match.start("number") and not number[0].isdigit()
    if touches or (after.isalnum() and match.end() < end):
        return None
    kind = KINDS[name]
    found = tuple(_numbers(number.lower(), "§" if name[0] == "§" else kind.value))
    begin = start + (text[start] == "[")
    return Label(Span(begin, match.end()), match.end(), number, found, kind) if found else None


def _numbers(number: str, family: str) -> Iterator[Reading]:
    if number in WORDS:
        yield Reading(family, (WORDS[number] * WHOLE,))
    elif number[0].isdigit():
        path = tuple(figure(part.strip()) or 0 for part in re.split(r"[.:–]|-(?=\d)", number))
        yield Reading(family, path)
    else:
        mark, _, further = number.partition("-")
        tail = (int(further) if further.isdigit() else 10 * letter(further)) if further else 0
        if value := roman(mark):
            yield Reading(family, (value * WHOLE + tail,))
        if len(mark) == 1:
            yield Reading(f"{family} a", (letter(mark) * WHOLE + tail,))
        elif match := re.fullmatch(r"([a-z])[.-]?(\d+)", number):
            yield Reading(f"{family} a", (letter(match[1]) * WHOLE, int(match[2]) * WHOLE))


def _decimal(text: str, start: int, end: int) -> Label | None:
    match = _DECIMAL.match(text, start, end)
    if match is None:
        return _hyphened(text, start, end)
    parts = match["path"].split(".")
    if parts[-1] == "0" * len(parts[-1]) and len(parts) == 2:  # noqa: PLR2004  `1.0 Introduction`
        path: tuple[int, ...] = (int(parts[0]) * WHOLE,) if parts[0].isdigit() else ()
    else:
        lead = [letter(parts[0][0]) * WHOLE] * parts[0][0].isalpha()
        path = (
            *lead,
            *(figure(part) or 0 for part in [parts[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), *parts[1:]]),
        )
    reading = Reading(f"1{'.1' * (len(path) - 1)}" + ("." if len(path) == 1 else ""), path)
    return Label(Span(start, match.end("path")), match.end(), match["path"], (reading,), NodeKind.PARAGRAPH)


def _hyphened(text: str, start: int, end: int) -> Label | None:
    """`4-101`, a section of a uniform code."""
    match = _HYPHENED.match(text, start, end)
    if match is None:
        return None
    path = tuple(int(part) * WHOLE for part in re.split(r"[.–-]", match["path"]))
    span = Span(start, match.end("path"))
    return Label(span, match.end(), match["path"], (Reading(UNIFORM, path),), NodeKind.PARAGRAPH)


def _square(text: str, start: int, end: int) -> Label | None:
    match = _SQUARE.match(text, start, end)
    if match is None:
        return None
    reading = Reading("1[]", (int(match["mark"]) * WHOLE,))
    return Label(Span(*match.span()), match.end(), match["mark"], (reading,), NodeKind.PARAGRAPH)


def _figures(text: str, start: int, end: int) -> Label | None:
    match = _FIGURES.match(text, start, end)
    if match is None:
        return None
    mark, stop = match["mark"], match["stop"] or ""
    own = mark.translate(_MISREAD)
    value = figure(own) if own[0].isdigit() else None
    if value is None:
        return None
    reading = Reading(f"1{stop or _BARE}", (value,), 0.0 if own == mark else 1.0)
    ends = match.end() if stop == ")" else match.end("mark")
    return Label(Span(start, ends), match.end(), own, (reading,), NodeKind.PARAGRAPH)


_MISREAD = str.maketrans("lIO", "110")


def _marked(text: str, start: int, end: int) -> Label | None:
    match = _MARKED.match(text, start, end) or _LONE.match(text, start, end)
    if match is None:
        return _figures(text, start, end) if text[start] in "lIO" else None
    stop = match.groupdict().get("stop") or ""
    found = tuple(_marks(match["mark"], stop or _BARE))
    ends = match.end() if stop == ")" else match.end("mark")
    label_end = match.end() if stop else match.end("mark")
    return Label(Span(start, ends), label_end, match["mark"], found, NodeKind.ITEM) if found else None


def _marks(mark: str, signs: str) -> Iterator[Reading]:
    """A figure, a letter, a Roman numeral, or several of them; `l` and `I` may be a misread figure."""
    if mark[0].isdigit():
        value = figure(mark)
        if value is not None:
            yield Reading(f"1{signs}", (value,))
        return
    own, _, further = mark.partition("-")
    tail = int(further) if further else 0
    if not (own.islower() or own.isupper()):
        return
    case = "A" if own.isupper() else "a"
    low = own.lower()
    if len(own) == 1:
        yield Reading(f"{case}{signs}", (letter(low) * WHOLE + tail,))
    elif own == own[0] * len(own) and len(own) == 2:  # noqa: PLR2004
        yield Reading(f"{case}{case}{signs}", (letter(own[0]) * WHOLE + tail,))
        yield Reading(f"{case}{signs}", (letter(low) * WHOLE + tail,))
    elif len(own) == 2 and not _LETTERS_ROMAN.issuperset(low) and signs == "()":  # noqa: PLR2004
        yield Reading(f"{case}{signs}", (letter(low) * WHOLE + tail,), 1.0)
    if value := roman(low):
        yield Reading(f"{'I' if case == 'A' else 'i'}{signs}", (value * WHOLE + tail,))
    if own in ("l", "I"):
        yield Reading(f"1{signs}", (WHOLE,), 1.5)
