"""Passages of a text, and whether marks and capitals can be trusted there."""

from collections.abc import Iterator

import regex

from models.span import Span

LEAST, MOST = 400, 4000
"""Code points of a passage: it ends at the first blank line after so many, or else with a word."""

_BLANK_LINES = regex.compile(r"\s*\n[^\S\n]*\n\s*")
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}"
_WORD = regex.compile(rf"[\w--[{_UNSPACED}]]+|[{_UNSPACED}]{{1,2}}", regex.V1)
"""Two characters of Chinese or Japanese are about a word."""
_MARK = regex.compile(r"[.!?;:,\"”)…](?=\s|$)|[。！？；：，、]")
_CAPITAL, _SMALL = regex.compile(r"\b\p{Lu}"), regex.compile(r"\b\p{Ll}")
_FEWEST_WORDS = 20
_WORDS_A_MARK, _WORDS_A_LINE = 40, 8
_SHARE_OF_CAPITALS = 0.02


def passages_of(text: str) -> Iterator[Span]:
    """They cover the text."""
    start = 0
    for blank in _BLANK_LINES.finditer(text):
        if blank.end() - start >= LEAST:
            yield from _no_longer(text, start, blank.end())
            start = blank.end()
    yield from _no_longer(text, start, len(text))


def lacks_marks(passage: str) -> bool:
    """Whether it is running text with hardly any punctuation, as speech recognition gives it."""
    words, marks = _count(_WORD, passage), _count(_MARK, passage)
    lines = passage.strip().count("\n") + 1
    return words >= _FEWEST_WORDS and marks * _WORDS_A_MARK < words and words >= _WORDS_A_LINE * lines


def lacks_capitals(passage: str) -> bool:
    """Whether all of it is in small letters."""
    capitals, small = _count(_CAPITAL, passage), _count(_SMALL, passage)
    return small >= _FEWEST_WORDS and capitals < _SHARE_OF_CAPITALS * (capitals + small)


def _no_longer(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > MOST:
        space = text.rfind(" ", start, start + MOST) + 1
        cut = space if space > start else start + MOST
        yield Span(start, cut)
        start = cut
    if start < end:
        yield Span(start, end)


def _count(pattern: regex.Pattern[str], passage: str) -> int:
    return sum(1 for _ in pattern.finditer(passage))
