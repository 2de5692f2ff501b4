"""Defined terms and where they are defined."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.legal import DefinedTerm, TermForm
from models.span import Span
from services.legal import term_forms as forms
from services.legal.near import near
from services.legal.quotes import quoted

_BEFORE, _AFTER, _SENTENCE = 140, 140, 600
"""Code points looked at before a term and after it, and how far back its sentence may begin."""

_MOST_WORDS, _MOST_ALONE = 10, 7
"""Words of a term, and of one that stands alone in its brackets."""
_PARAGRAPH_END = re.compile(r"\n(?:[ \t]{0,80}\n|(?<=[.;:”\"].))", re.DOTALL)
_SENTENCE_END = re.compile(r"\n\s|(?<=[.;:])\s+(?=[A-Z(“\"])|(?<=[.;:])\n")
_CLOSES = re.compile(r"[\s,]{0,3}(?:\)|;|\s(?:or|and|genannt|bezeichnet)\b|(?<=,)\s|\.)")
_CLOSE = re.compile(r"[^()\n]{0,140}\)")
_ARTICLE = re.compile(r"(?i)(?:the|an?|der|die|das|le|la|les|el|los|las|il|lo|gli|os?|as?)\s+(?=\S)|l['’]")
_SENTENCE_LIKE = re.compile(r"[?!]\Z|[.?!]\s+[A-Z][a-z]+\s+[a-z]|\A[^\w§$]|:\Z")


class _Quote(NamedTuple):
    outer: Span
    inner: Span
    form: TermForm | None


def defined_terms(text: str) -> tuple[DefinedTerm, ...]:
    """The terms in the order of their definitions; one that is defined twice is there twice. Linear."""
    quotes = _formed(text, [pair for pair in quoted(text) if _is_term(pair[1].of(text))])
    found = [(quote.inner, quote.form) for quote in quotes if quote.form]
    taken = {inner.start for inner, _ in found}
    bare = ((span, form) for span, form in _bare(text) if span.start not in taken)
    found = sorted([*found, *bare])
    ends = [*(match.start() for match in _PARAGRAPH_END.finditer(text)), len(text)]
    nexts = [span.start for span, form in found if form is not TermForm.SHORTHAND]
    return tuple(
        DefinedTerm(_name(text, span), span, _definition(text, span, form, ends, nexts), form)
        for span, form in found
    )


def _is_term(wording: str) -> bool:
    words = wording.split()
    return len(words) <= _MOST_WORDS and not _SENTENCE_LIKE.search(wording) and any(map(str.isalnum, wording))


def _formed(text: str, quotes: Sequence[tuple[Span, Span]]) -> list[_Quote]:
    """From the last to the first: of two joined by `and`, the first has the form of the second."""
    found: list[_Quote] = []
    befores = [0, *(outer.end for outer, _ in quotes)]
    for (outer, inner), before in zip(reversed(quotes), befores[-2::-1], strict=True):
        form = _form(text, outer, inner, max(before, outer.start - _BEFORE))
        if form is None and found and found[-1].form and found[-1].outer.start - outer.end < _AFTER:
            joined = forms.CONNECTED.match(text, outer.end, found[-1].outer.start)
            form = found[-1].form if joined else None
        found.append(_Quote(outer, inner, form))
    return found[::-1]


def _form(text: str, outer: Span, inner: Span, begin: int) -> TermForm | None:
    end = outer.end + _AFTER
    if forms.REFERRED.match(text, outer.end, end):
        return TermForm.REFERRED
    if forms.MEANS.match(text, outer.end, end) or forms.BEFORE_MEANING.search(text, begin, outer.start):
        return TermForm.MEANS
    if forms.TITLED.match(text, outer.end) and forms.LINE_OPENS.search(text, begin, outer.start):
        return TermForm.MEANS if inner.of(text)[0].isupper() else None
    before = text[begin : outer.start].lower()
    may_call = any(word in before for word in forms.CALLING)
    called = forms.CALLED.search(text, begin, outer.start) if may_call else None
    weak = called and forms.WEAKLY_CALLED.match(text, called.start()) and inner.of(text)[0].islower()
    return TermForm.SHORTHAND if (called and not weak) or _in_brackets(text, outer, inner) else None


def _in_brackets(text: str, outer: Span, inner: Span) -> bool:
    at = text.rfind("(", max(0, outer.start - _BEFORE), outer.start)
    if at < 0 or text.rfind(")", at, outer.start) >= 0 or not _CLOSES.match(text, outer.end):
        return False
    before = text[at + 1 : outer.start].strip()
    wording = _ARTICLE.sub("", inner.of(text), count=1)
    if not (wording[0].isupper() or wording[0].isdigit()) or forms.NOT_A_SHORTHAND.match(before):
        return False
    quotes_before = before.rstrip().endswith(("”", '"', "“", "’", "»"))
    if not before:
        return len(wording.split()) <= _MOST_ALONE
    return quotes_before or before.endswith(",") or _last_word(before) in forms.INTRODUCING


def _last_word(wording: str) -> str:
    return re.split(r"[\s,/]", wording.lower())[-1]


def _bare(text: str) -> Iterator[tuple[Span, TermForm]]:
    """Terms without marks: first in their line before `means`, or in brackets after an article."""
    for means in near(forms.BARE_MEANS, text, ("mean",), 16, 16):
        if term := forms.BARE_TERM.search(text, max(0, means.start() - _BEFORE), means.start()):
            referred = "meaning" in means[0]
            yield Span(*term.span("term")), TermForm.REFERRED if referred else TermForm.MEANS
    for short in forms.BARE_SHORTHAND.finditer(text):
        yield Span(*short.span("term")), TermForm.SHORTHAND


def _name(text: str, span: Span) -> str:
    name = " ".join(span.of(text).split()).rstrip(",;")
    return _ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) and len(name.split()) > 1 else name


def _definition(text: str, span: Span, form: TermForm, ends: Sequence[int], nexts: Sequence[int]) -> Span:
    if form is TermForm.SHORTHAND:
        cuts = [cut.end() for cut in _SENTENCE_END.finditer(text, max(0, span.start - _SENTENCE), span.start)]
        begin = cuts[-1] if cuts else max(0, span.start - _SENTENCE)
        close = _CLOSE.match(text, span.end)
        return Span(begin, close.end() if close else min(span.end + 1, len(text))).trimmed(text)
    start = (
        span.start - 1 if text[span.start - 1 : span.start] in tuple("“\"„«‘'") and span.start else span.start
    )
    end = ends[bisect_left(ends, span.end)]
    after = bisect_left(nexts, span.end)
    if after < len(nexts) and nexts[after] < end and _own_line(text, nexts[after]):
        end = nexts[after]
    return Span(start, end).trimmed(text)


def _own_line(text: str, start: int) -> bool:
    return text.rfind("\n", max(0, start - 20), start) >= 0
