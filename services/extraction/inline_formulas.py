"""Where formulas stand in running text, by the fonts they are set in."""

import re
from collections.abc import Iterator
from unicodedata import category

from models.span import Span
from services.extraction.latex import FUNCTIONS

SYMBOL, RAISED, LOWERED, TEXT = "M", "R", "L", "T"
"""Classes of characters: in a font of formulas, above or below the line, anything else."""

_OTHERS = {
    **dict.fromkeys("0123456789", "D"),
    **dict.fromkeys("+-=<>/*−±×÷·∼≈≤≥≠∈∞∝→′'", "O"),
    **dict.fromkeys("()[]{}|", "B"),
    **dict.fromkeys(",.;:!", "P"),
    **dict.fromkeys("ˇˆ˜¯˙¨", "O"),
    " ": " ",
    "\n": " ",
}
_NO_SYMBOLS = frozenset("•†‡§¶∗⃝⊠")
_UNKNOWN = "\ufffd"
_FUNCTION = re.compile(rf"\b(?:{'|'.join(FUNCTIONS)})\b")
_KERNED = re.compile(r"(?<=[MRL]) (?=[RL])")
_STRETCH = re.compile(r"[MRLODBPF]+(?: [MRLODBPF]+)*")
_PART = re.compile(r"\S+")
_SEED = re.compile(r"M|[DB][RL]")
_OPERATORS = frozenset("+-=<>/*−±×÷·∼≈≤≥≠∈∉⊂⊆∝→≪≫≲≳≡≃∥")
_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u0370-\u03ff](?![\u0370-\u03ff])")
_LONGEST = 2000
_PAIRS = {")": "(", "]": "[", "}": "{"}


def classes(text: str, looks: list[str]) -> str:
    """`looks` has SYMBOL, RAISED, LOWERED or TEXT for each character; TEXT is told apart by what it is."""
    found = [_class(char, look) for char, look in zip(text, looks, strict=True)]
    for match in _GREEK.finditer(text):
        if found[match.start()] == TEXT:
            found[match.start()] = "O"
    for match in _FUNCTION.finditer(text):
        found[match.start() : match.end()] = "F" * (match.end() - match.start())
    return _KERNED.sub(SYMBOL, "".join(found))


def _class(char: str, look: str) -> str:
    plain = _OTHERS.get(char, TEXT)
    if char in _NO_SYMBOLS or (category(char) == "So" and char != _UNKNOWN):  # bullets, ticks, trade marks
        return TEXT
    if look == TEXT or plain == " ":
        return plain
    return plain if look == SYMBOL and plain in "DPB" else look


def formulas(text: str, classed: str) -> Iterator[Span]:
    """The formulas, in order: stretches without words, that begin and end with what belongs to one."""
    for match in _STRETCH.finditer(classed):
        if match.end() - match.start() > _LONGEST:
            continue
        span = _trimmed(text, classed, Span(*match.span()))
        if _SEED.search(classed, *span) and classed[span.start] not in (RAISED, LOWERED):
            yield span


def _trimmed(text: str, classed: str, span: Span) -> Span:
    """Without numbers and marks at its ends that no operator binds to it."""
    parts = [Span(*match.span()).shift(span.start) for match in _PART.finditer(span.of(classed))]
    first, last = 0, len(parts) - 1
    while first <= last and not _SEED.search(classed, *parts[first]):
        if first < last and (_is_operator(parts[first + 1], text) or set(parts[first].of(classed)) == {"F"}):
            break
        first += 1
    while first <= last and not _SEED.search(classed, *parts[last]):
        before = text[parts[first].start : parts[last - 1].end] if first < last else ""
        if before and (_is_operator(parts[last - 1], text) or before.count("(") > before.count(")")):
            break
        last -= 1
    if first > last:
        return Span(span.start, span.start)
    return _bare(text, classed, Span(parts[first].start, parts[last].end))


def _is_operator(part: Span, text: str) -> bool:
    return _OPERATORS.issuperset(part.of(text))


def _bare(text: str, classed: str, span: Span) -> Span:
    """Without punctuation at its end and brackets that are closed or opened elsewhere."""
    start, end = span
    while start < end:
        own = text[start:end]
        if (
            classed[end - 1] == "P"
            or own[-1] == "-"
            or (own[-1] in _PAIRS and own.count(own[-1]) > own.count(_PAIRS[own[-1]]))
        ):
            end -= 1
        elif classed[start] == "P" or (own[0] in "([{" and own.count(own[0]) > _closing(own)):
            start += 1
        elif classed[start] == " " or classed[end - 1] == " ":
            start, end = start + (classed[start] == " "), end - (classed[end - 1] == " ")
        else:
            break
    return Span(start, end)


def _closing(own: str) -> int:
    """How many brackets close what the first one opens."""
    return own.count({"(": ")", "[": "]", "{": "}"}[own[0]])
