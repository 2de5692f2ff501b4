"""Markdown: the source verbatim, blocks by the line maps of markdown-it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from models.document import Block, BlockKind
from models.span import Span, gaps
from services.extraction.cleaning import clean_line
from services.extraction.line_map import LineMap
from services.extraction.plain import blocks as plain_blocks
from services.extraction.plain import trimmed_lines
from services.extraction.values import Reading

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_FIELD = re.compile(r"^(title|author|subject|description|date)[ \t]*:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
_HTML_HEADING = re.compile(r"\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*$", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_LEAVES = {
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "fence": BlockKind.CODE,
    "code_block": BlockKind.CODE,
    "html_block": BlockKind.PARAGRAPH,
    "table_open": BlockKind.TABLE,
    "hr": BlockKind.PARAGRAPH,
}
_LONGEST_TITLE = 1000


def read_markdown(text: str) -> Reading:
    """Blocks in order, covering all that is not blank: what the parser skips becomes paragraphs."""
    parser = _parser()
    front = _FRONT_MATTER.match(text)
    lines = LineMap(text)
    skip = lines.number(front.end() - 1) + 1 if front else 0
    found = list(_leaves(parser, text, lines, skip))
    spans = [block.span for block in found]
    for gap in gaps(spans, len(text)):
        found.extend(_shifted(text, gap))
    found.sort(key=lambda block: block.span)
    return Reading(text, tuple(found), metadata=_fields(front[1] or "") if front else {})


def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  only where Markdown is read

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  only where Markdown is read

    return MarkdownIt("commonmark")


def _leaves(parser: "MarkdownIt", text: str, lines: LineMap, skip: int) -> Iterator[Block]:
    """Headings, paragraphs, code, tables; `skip` lines of front matter are left to the caller."""
    depth = quotes = 0
    source = text[lines.span(skip, skip).start :]
    inside_table = False
    for token in parser.parse(source):
        depth += token.nesting if token.type.startswith("list_item") else 0
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        if token.type.startswith("table_"):
            inside_table = token.nesting > 0
        elif inside_table:
            continue
        if token.type in _LEAVES and token.map:
            span = trimmed_lines(text, lines.span(token.map[0] + skip, token.map[1] + skip))
            if span.start < span.end:
                yield _leaf(text, span, token, depth, quotes)


def _leaf(text: str, span: Span, token: "Token", depth: int, quotes: int) -> Block:
    kind = _LEAVES[token.type]
    if kind is BlockKind.HEADING:
        span = span.trimmed(text)
        return Block(span, kind, int(token.tag[1]), title=_heading_title(span.of(text)))
    if kind is not BlockKind.CODE:
        span = span.trimmed(text)
    if token.type == "html_block":
        match = _HTML_HEADING.match(span.of(text))
        if match:
            return Block(span, BlockKind.HEADING, int(match[1]), title=clean_line(_TAG.sub(" ", match[2])))
    if kind is BlockKind.PARAGRAPH and depth:
        return Block(span, BlockKind.LIST_ITEM, min(depth, 6))
    if kind is BlockKind.PARAGRAPH and quotes:
        return Block(span, BlockKind.QUOTE, quotes)
    return Block(span, kind)


def _heading_title(source: str) -> str:
    """The heading's wording without marks of headings, emphasis, code, links."""
    bare = source[:_LONGEST_TITLE].lstrip("> \t-*+0123456789.)") if source[:1] in ">-*+" else source
    bare = re.sub(r"^\s*#{1,6}\s*|\s+#+\s*$|\n[>\s]*[=-]+\s*$", "", bare[:_LONGEST_TITLE])
    words = []
    for token in _inline_parser().parseInline(bare)[:1]:
        words = [_plain(child) for child in token.children or ()]
    return clean_line("".join(words) or bare)


def _plain(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline", "image", "text_special") else ""


def _shifted(text: str, gap: Span) -> Sequence[Block]:
    found = plain_blocks(gap.of(text), BlockKind.PARAGRAPH)
    return [Block(block.span.shift(gap.start), block.kind) for block in found]


def _fields(front: str) -> dict[str, str]:
    pairs = {match[1]: clean_line(match[2].strip("\"'")) for match in _FIELD.finditer(front)}
    return {name: value for name, value in pairs.items() if value}
