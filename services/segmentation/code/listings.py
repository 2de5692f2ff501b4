"""Code that stands in a document: listings between fences, cells of notebooks. Each is parsed by itself."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from models.span import Span
from services.segmentation.code.grammars import Ranges
from services.segmentation.code.languages import LANGUAGES
from services.segmentation.code.source import Source
from services.segmentation.code.symbols import Symbol, Symbols
from services.segmentation.code.syntax import Syntax, symbols_in, syntax_of

_FENCE = re.compile(rb"([ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++[ \t>]*+)*+)(`{3,}|~{3,})")
_PREFIX = b" \t>"
_MAGIC = re.compile(rb"\s*%%?[A-Za-z]\w*[^\n]*\n?")
_COMMANDS = re.compile(
    rb"^([ \t]*(?:[A-Za-z_][\w., \[\]]*=[ \t]*)?)"
    rb"([%!](?:[^\n\\]|\\.)*+|\?[^\n]*|[A-Za-z_][\w.]*\?{1,2}[ \t\r]*$)",
    re.MULTILINE | re.DOTALL,
)


class Listing(NamedTuple):
    """A block of code; offsets of the trees are those of the block's own source."""

    span: Span
    language: str
    source: Source
    syntax: Syntax | None = None


def listed(text: str, span: Span, language: str, *, is_cell: bool) -> Listing:
    """The block at the span. Without a tree where there is no grammar for the language."""
    source = Source(span.of(text))
    if language not in LANGUAGES:
        return Listing(span, language, source)
    ranges = [_below_magic(source.data, language)] if is_cell else _inside_fences(source.data)
    source.data = _without_quotes(source.data, ranges)
    syntax = syntax_of(language, source.data, ranges)
    if is_cell and language == "python" and syntax.root.has_error:
        syntax = syntax_of(language, _COMMANDS.sub(_masked, source.data), ranges)
    return Listing(span, language, source, syntax)


def all_symbols(listings: Iterable[Listing]) -> Symbols:
    """What all of them define and import, by its place in the document."""
    symbols, imports = list[Symbol](), list[Span]()
    for listing in listings:
        if listing.syntax is None:
            continue
        found = symbols_in(listing.syntax, listing.source)
        before, at = len(symbols), listing.span.start
        for symbol in found.symbols:
            inside = None if symbol.inside is None else symbol.inside + before
            symbols.append(replace(symbol, span=symbol.span.shift(at), inside=inside))
        imports += [span.shift(at) for span in found.imports]
    return Symbols(tuple(symbols), imports)


def _below_magic(data: bytes, language: str) -> tuple[int, int]:
    """Without the first line where that is not in the language but names it."""
    magic = _MAGIC.match(data)
    names = magic is not None and (language != "python" or magic[0].lstrip().startswith(b"%%"))
    return (magic.end() if magic and names else 0, len(data))


def _inside_fences(data: bytes) -> Ranges:
    """The lines between the fences, without the marks of lists and quotes that they stand in."""
    fence = _FENCE.match(data)
    if fence is None:
        return [(0, len(data))]
    width = len(fence[1])
    lines = data.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    is_closed = len(lines) > 1 and _closes(lines[-1], fence[2])
    within = range(1, len(lines) - is_closed)
    if not width:
        return [(starts[1], starts[within.stop])]
    return [(starts[n] + _indent(lines[n], width), starts[n + 1]) for n in within] or [(starts[1], starts[1])]


def _without_quotes(data: bytes, ranges: Ranges) -> bytes:
    """With blanks for the marks of quotes between the ranges, so that lines begin where their code does."""
    pieces, last = list[bytes](), ranges[0][0]
    for start, end in ranges if len(ranges) > 1 else ():
        pieces += [data[last:start].replace(b">", b" "), data[start:end]]
        last = end
    return b"".join((data[: ranges[0][0]], *pieces, data[last:])) if pieces else data


def _closes(line: bytes, fence: bytes) -> bool:
    bare = line.strip().lstrip(_PREFIX)
    return bare.startswith(fence) and not bare.strip(fence[:1])


def _indent(line: bytes, width: int) -> int:
    head = line.rstrip(b"\r\n")[:width]
    return len(head) - len(head.lstrip(_PREFIX))


def _masked(command: re.Match[bytes]) -> bytes:
    """What IPython runs and Python does not know, as a number: the tree keeps its shape and its offsets."""
    return command[1] + b"0" + b" " * (len(command[2]) - 1)
