"""Where a text mentions parts of itself, before anything is looked up."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from models.span import Span
from services.legal import labels
from services.legal.kind_words import words_of
from services.legal.labels import Number
from services.legal.reference_words import INNER, KINDS, NAMED, PLURALS, RELATIVE, WHERE

_MOST, _LONG, _LEAD = 200, 3, 40
"""Numbers of one list; digits of a number that is no amount of days; where before a name `this` may be."""

_HEAD = re.compile(
    r"(?<![\w-])(?P<word>[A-Za-zÀ-ÿ-]{3,15}\.?|§{1,2})(?<!-)(?:[ \t\n\u00a0]{0,24}(?=[\d(§])|"
    rf"[ \t\n\u00a0]{{1,24}}(?=[A-Z]{{1,7}}\b|[a-z]\b|[LRD]\.|{labels.WORD}))"
)
_UNIT = re.compile(
    r"\s(?:days?|years?|months?|percent|%|business|calendar|weeks?|hours?|times|shares|U\.\s?S|USC|Stat|"
    r"F\.|of\s(?:January|February|March|April|May|June|July|August|September|October|November|December))|%"
)


_COUNTED = re.compile(r"\s?[(\d]")


class Relation(Enum):
    """How a mention points: by its number, at where it stands, or at what stands before or after."""

    NUMBERED = 0
    THIS = 1
    BEFORE = 2
    AFTER = 3


class Mention(NamedTuple):
    """A name and its numbers; `is_above` and `is_below` repeat those words of the text."""

    span: Span
    kind: str
    numbers: tuple[Number, ...] = ()
    relation: Relation = Relation.NUMBERED
    has_base: bool = False
    is_above: bool = False
    is_below: bool = False


def mentions(text: str) -> Iterator[Mention]:
    """In order, disjoint; linear in the length of the text."""
    words = words_of(text)
    relative = iter([*_relative(text, words)])
    pending = next(relative, None)
    end = seen = 0
    for word in words:
        head = _HEAD.match(text, word.start) if word.start >= seen else None
        if head is None:
            continue
        seen = head.end()
        kind = KINDS.get(head["word"].lower())
        if kind is None or head.start() < end:
            continue
        found = _numbered(text, head, kind)
        if found is None:
            continue
        while pending and pending.span.start < found.span.start:
            if pending.span.start >= end:
                yield pending
            pending = next(relative, None)
        yield found
        end = found.span.end
    while pending:
        if pending.span.start >= end:
            yield pending
        pending = next(relative, None)


def _relative(text: str, words: Sequence[Span]) -> Iterator[Mention]:
    for found in _pointing(text, words):
        kind = KINDS.get(found["word"].lower())
        plural = found["word"].lower() in PLURALS
        if kind is None or (plural and found["this"]):
            continue
        relation = Relation.THIS if found["this"] else Relation.BEFORE if found["before"] else Relation.AFTER
        if relation is Relation.THIS or not plural:
            yield Mention(Span(*found.span()), kind, (), relation)


def _pointing(text: str, words: Sequence[Span]) -> Iterator[re.Match[str]]:
    """What RELATIVE finds in the text, with one of the words."""
    for start, end in words:
        if start and text[start - 1].isspace() and not _COUNTED.match(text, end):
            around = RELATIVE.finditer(text, max(0, start - _LEAD), end + 2)
            yield from (found for found in around if found.start("word") == start)


def _numbered(text: str, head: re.Match[str], kind: str) -> Mention | None:
    word = head["word"].lower()
    first = _number(text, head.end(), kind)
    if first is None:
        return None
    has_base = not labels.is_bracketed(first[0]) and (word not in INNER or "." in first[0])
    numbers = [Number(labels.path_of(first[0]))]
    end = first[1]
    is_plural = word in PLURALS
    while len(numbers) < _MOST and (
        more := _next(
            text, end, kind, numbers[-1], bracketed=labels.is_bracketed(first[0]), is_plural=is_plural
        )
    ):
        number, end = more
        numbers.append(number)
    where = WHERE.match(text, end)
    if where:
        end = where.end()
    above, below = (bool(where and where[name]) for name in ("above", "below"))
    return Mention(Span(head.start(), end), kind, tuple(numbers), Relation.NUMBERED, has_base, above, below)


def _number(text: str, at: int, kind: str) -> tuple[str, int] | None:
    pattern = labels.NAMED_NUMBER if kind in NAMED else labels.NUMBER
    found = pattern.match(text, at) or (
        labels.LETTER.match(text, at) if kind in ("item", "paragraph") else None
    )
    return (found["number"], found.end()) if found else None


def _next(
    text: str, end: int, kind: str, last: Number, *, bracketed: bool, is_plural: bool
) -> tuple[Number, int] | None:
    """The number that goes on a list; plain figures only after a plural, for `Section 4, 5 days` is none."""
    joint = labels.JOINT.match(text, end)
    if joint is None or not (joint["range"] or joint["comma"] or joint["and"]):
        return None
    more = _number(text, joint.end(), kind)
    if more is None or _UNIT.match(text, more[1]):
        return None
    wording, after = more
    sure = is_plural or bool(joint["range"])
    path = labels.path_of(wording)
    if labels.is_bracketed(wording):
        path = (
            labels.continued(last.path, path, has_base=not bracketed)
            if not bracketed or len(last.path) > len(path)
            else path
        )
    elif bracketed or not _goes_on(last.path[0], path[0], sure=sure):
        return None
    return Number(path, is_end=bool(joint["range"])), after


def _goes_on(before: str, after: str, *, sure: bool) -> bool:
    """Whether a number may follow on the other: `4.1 and 4.2`, `3056 or 3057`, but not `4 and 30`."""
    shapes = [labels.shape(label) for label in (before, after)]
    if len({shape in ("capital", "small") for shape in shapes}) > 1:
        return False
    return sure or shapes[1] in ("point", "capital") or min(len(before), len(after)) >= _LONG
