"""What a numbered part is called: its heading in the same line, in the next one, or the term it defines."""

import re

from models.outline import NodeKind
from models.span import Span
from services.outline.labels import Label
from services.outline.lines import Line
from services.outline.names import RANKS

_LONGEST, _LONGEST_RUN_IN, _FEW_WORDS = 240, 140, 6
_LEAD = re.compile(r"(?:\s|[.:;,)\]—–-])*")
_DASHED = re.compile(r"(?P<title>[^.;“”\"]{1,120}[.:]?)(?:\s*—|\s+[–-])\s*(?=\S)")
_RUN_IN = re.compile(r"(?P<title>[^.:“”\"]{1,140})(?:\.|:)(?:\s+(?=\S)|$)")
_TERM = re.compile(
    r"(?:(?:the\s+)?(?:term|expression|word|phrase)s?\s+)?[“\"‘«„](?P<term>[^”\"’»“]{1,120})[”\"’»“][^.;]{0,160}?"
    r"\b(?:means?|shall\s+mean|has\s+the\s+(?:same\s+)?meaning|have\s+the\s+meaning|includes?|shall\s+include"
    r"|refers?\s+to|bedeutet|bezeichnet|signifie|désigne|significa|indica)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_UNSTRESSED = (
    "a an and as at by for from in into nor of off on or other out per so than that the their to under up "
    "upon via with without its be is are this these those any all not no und oder der die das des von zu "
    "et ou de du la le les y o del los las e di da do dos della il"
)
_SMALL = frozenset(_UNSTRESSED.split())
_TITLE_SHARE = 0.6


def heading_of(text: str, label: Label, line: Line, following: Line | None) -> Span | None:
    """The wording of the part's title; `following` is the line below where that begins no part itself."""
    start = _after(text, label, line)
    if start >= line.end:
        return _below(text, label, line, following)
    if line.is_heading:
        return _trimmed(text, start, line.end)
    own = text[start : min(start + _LONGEST, line.end)]
    is_whole = start + len(own) == line.end
    end = _run_in_end(own, is_named=label.kind in RANKS, is_whole=is_whole)
    if end is None and is_whole and _stands_alone(text, own, label, following):
        end = len(own)
    return None if end is None else _trimmed(text, start, start + end)


def _run_in_end(own: str, *, is_named: bool, is_whole: bool) -> int | None:
    """Where a heading ends that its text runs on from, or that ends in a full stop."""
    run_in = _RUN_IN.match(own)
    if is_named and is_whole and (run_in is None or not _is_prose(own[run_in.end() :])):
        return len(own)
    if dashed := _DASHED.match(own):
        return dashed.end("title")
    if run_in and (is_named or _is_title(run_in["title"])):
        return run_in.end("title")
    return None


def _stands_alone(text: str, own: str, label: Label, following: Line | None) -> bool:
    """Whether the line is a heading by itself: short, not ended, not going on in the next line."""
    if len(own) > _LONGEST_RUN_IN or own[-1] in '.;:,—”"' or not own[0].isupper():
        return False
    if (following is not None and text[following.start].islower()) or own.rsplit(" ", 1)[-1] in _SMALL:
        return False
    is_outer = label.kind is NodeKind.PARAGRAPH and "." not in label.number
    return ". " not in own and (is_outer or _is_title(own))


def _after(text: str, label: Label, line: Line) -> int:
    """Where the text behind the label begins."""
    lead = _LEAD.match(text, label.end, line.end)
    return lead.end() if lead else label.end


def term_of(text: str, label: Label, line: Line) -> Span | None:
    """The term that the part defines, without its quotation marks."""
    found = _TERM.match(text, _after(text, label, line), line.end)
    return Span(*found.span("term")) if found else None


def _below(text: str, label: Label, line: Line, following: Line | None) -> Span | None:
    if following is None or following.number != line.number + 1 or label.kind is NodeKind.ITEM:
        return None
    own = text[following.start : following.end]
    if len(own) > _LONGEST_RUN_IN or own[-1] in ";,—" or ": " in own:
        return None
    is_short = label.kind in RANKS and own[0].isupper() and own[-1].isalnum() and own.count(" ") < _FEW_WORDS
    if not (following.is_heading or is_short or _is_title(own)):
        return None
    return _trimmed(text, following.start, following.end)


def _is_title(words: str) -> bool:
    """Whether most words begin with a capital, those apart that never do in a title."""
    found = _WORD.findall(words)
    weighty = [word for word in found if word.lower() not in _SMALL]
    capital = sum(word[0].isupper() for word in weighty)
    return bool(found) and found[0][0].isupper() and capital >= _TITLE_SHARE * len(weighty)


def _is_prose(words: str) -> bool:
    """Whether a sentence follows: more than a few words, most of them small."""
    found = _WORD.findall(words)
    return len(found) > 3 and not _is_title(words)  # noqa: PLR2004


def _trimmed(text: str, start: int, end: int) -> Span | None:
    words = text[start:end].rstrip(" \t.:—–-*_")
    return Span(start, start + len(words)) if words else None
