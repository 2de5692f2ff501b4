"""The lines of a document that may begin a part."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.document import Block, BlockKind, Document
from models.parsed import MARKDOWN
from models.span import Span

_WITHOUT_PARTS = frozenset(
    {
        BlockKind.TABLE,
        BlockKind.FIGURE,
        BlockKind.CAPTION,
        BlockKind.CODE,
        BlockKind.FORMULA,
        BlockKind.FOOTNOTE,
    }
)
_HEADED = frozenset({BlockKind.TITLE, BlockKind.HEADING})
_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_WIDE_GAP = re.compile(r"(?<=[.;:,)—])[ \t]{3,}(?=[\dA-Z(§“])")
_RUNS_ON = re.compile(
    r"(?<=[.;:)”\"])[ \t]+(?=(?:\d{1,2}\.(?:\d{1,2}\.?){0,2}[ \t]+[A-Z“\"]|\((?:[a-z]{1,4}|\d{1,2})\)[ \t]"
    r"|(?:Section|SECTION|Article|ARTICLE)[ \t]+[\dIVX]))"
)
_IS_LABEL = re.compile(r"\s*(?:(?:[A-Za-z]{1,10}|§)\s+)?\(?[\w.-]{1,8}\)?[.:)—]?")
_LONG, _SHARE, _SHORTEST = 1500, 0.5, 40
_MARKUP = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|>[ \t]*)*(?:[-*+][ \t]+(?=\(|\d))?(?:\*\*|__)?")


class Line(NamedTuple):
    """A line without the white space and markup around it; `number` counts the lines.

    `is_heading`: the document sets it as a title or heading, of that `level`. `is_inner`: it goes on in the
    line of the file, after a wide gap. `begin` is where it begins with its markup.
    """

    start: int
    end: int
    number: int
    is_heading: bool = False
    level: int = 0
    is_inner: bool = False
    is_quote: bool = False
    begin: int = -1


def lines_of(document: Document) -> Iterator[Line]:
    """The lines in order; tables, code, captions, footnotes have none."""
    is_markdown = document.media_type == MARKDOWN
    gaps = _RUNS_ON if _runs_on(document) else _WIDE_GAP
    number = 0
    for block in document.blocks:
        if block.kind in _WITHOUT_PARTS:
            number += 1
            continue
        for line in _lines(document.text, block, gaps, is_markdown=is_markdown):
            yield line._replace(number=number)
            number += 1


def _runs_on(document: Document) -> bool:
    """Whether most of the text stands in lines so long that parts must begin inside them."""
    text = document.text
    if any(block.kind in _HEADED for block in document.blocks):
        return False
    long = sum(end - start for start, end in map(re.Match.span, _LINE.finditer(text)) if end - start > _LONG)
    return long > _SHARE * len(text)


def _lines(text: str, block: Block, inner: re.Pattern[str], *, is_markdown: bool) -> Iterator[Line]:
    is_heading = block.kind in _HEADED
    level = block.level if block.kind is BlockKind.HEADING else 0
    quote = block.kind is BlockKind.QUOTE
    for match in _LINE.finditer(text, *block.span):
        begin, end = Span(*match.span()).trimmed(text)
        start = begin
        if is_markdown and begin < end and (markup := _MARKUP.match(text, begin, end)):
            start = markup.end()
            end = start + len(text[start:end].rstrip(" \t#*_"))
        gaps = [] if is_heading else [found.span() for found in inner.finditer(text, start, end)]
        if len(gaps) * _SHORTEST > end - start:
            gaps = []
        gaps = [gap for gap in gaps if not _IS_LABEL.fullmatch(text, start, gap[0])]
        for own, (first, last) in enumerate(_pieces(start, end, gaps)):
            span = Span(first, last).trimmed(text)
            if span.start < span.end:
                yield Line(*span, 0, is_heading, level, own > 0, quote, span.start if own else begin)


def _pieces(start: int, end: int, gaps: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for first, last in gaps:
        yield start, first
        start = last
    yield start, end
