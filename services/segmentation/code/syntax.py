"""Syntax trees of a source: its own, and in it those of other languages (scripts in pages, pages in PHP)."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from services.segmentation.code.grammars import Ranges, grammar, parse
from services.segmentation.code.source import Source
from services.segmentation.code.symbols import Symbol, Symbols, symbols_of

if TYPE_CHECKING:
    from tree_sitter import Node, Query

_SCRIPTS = "(script_element (start_tag) @tag (raw_text) @javascript)"
_STYLES = "(style_element (start_tag) @tag (raw_text) @css)"
_PAGE = f"{_SCRIPTS} {_STYLES}"
_HOSTS: Mapping[str, str] = {
    "astro": f"{_PAGE} (frontmatter_js_block) @typescript",
    "ejs": "(content) @html (code) @javascript",
    "erb": "(content) @html (code) @ruby",
    "html": _PAGE,
    "php": "(text) @html",
    "svelte": _PAGE,
    "vue": _PAGE,
}
"""For languages that hold others, a query: what is captured is in the language that it is called by."""

_SAID = re.compile(rb"""\s(lang|type)\s*=\s*["']?([\w./+-]+)""")
_CALLED = {
    "babel": "tsx",
    "importmap": "json",
    "js": "javascript",
    "jsx": "javascript",
    "ld+json": "json",
    "module": "javascript",
    "postcss": "css",
    "ts": "typescript",
    "x-handlebars-template": "html",
    "x-template": "html",
}
_KNOWN = frozenset(("css", "html", "javascript", "json", "scss", "tsx", "typescript"))
_FEWEST = 32
"""Bytes of what is worth a tree of its own."""
_DEEPEST = 3


class Syntax(NamedTuple):
    """A tree and the trees inside it, by their bytes."""

    language: str
    root: "Node"
    inner: "Sequence[Inner]" = ()

    def within(self, start: int, end: int) -> "Syntax | None":
        """The first tree between the bytes."""
        index = bisect_left(self.inner, start, key=lambda inner: inner.start)
        found = self.inner[index] if index < len(self.inner) else None
        return found.syntax if found is not None and found.end <= end else None


class Inner(NamedTuple):
    """Bytes in another language than what is around them."""

    start: int
    end: int
    syntax: Syntax


def syntax_of(language: str, data: bytes, ranges: Ranges = ()) -> Syntax:
    """The tree of the bytes, or of ranges of them, and the trees inside it."""
    return _with_inner(language, parse(language, data, ranges).root_node, data, _DEEPEST)


def symbols_in(syntax: Syntax, source: Source) -> Symbols:
    """What all its trees define and import, in order, each symbol inside the one around it."""
    own = symbols_of(syntax.root, source, syntax.language)
    inner = [symbols_in(found.syntax, source) for found in syntax.inner]
    return _merged([own, *inner]) if any(found.symbols or found.imports for found in inner) else own


def _with_inner(language: str, root: "Node", data: bytes, depth: int) -> Syntax:
    query = _query(language) if depth else None
    if query is None:
        return Syntax(language, root)
    from tree_sitter import QueryCursor  # noqa: PLC0415 - compiled, and loaded already

    found = []
    for _, captures in QueryCursor(query).matches(root):
        for name, nodes in captures.items():
            held = "" if name == "tag" else _called(name, captures.get("tag", ()), data)
            found += [_inner(held, node, data, depth - 1) for node in nodes if held and _is_worth(node, data)]
    return Syntax(language, root, sorted(found, key=lambda inner: inner.start))


def _inner(language: str, node: "Node", data: bytes, depth: int) -> Inner:
    tree = parse(language, data, [(node.start_byte, node.end_byte)], at=(node.start_point, node.end_point))
    return Inner(*node.byte_range, _with_inner(language, tree.root_node, data, depth))


def _is_worth(node: "Node", data: bytes) -> bool:
    start, end = node.byte_range
    return end - start >= _FEWEST and not data[start:end].isspace()


def _called(usual: str, tags: "Sequence[Node]", data: bytes) -> str:
    """The language that the tag names, the usual one where it names none; nothing for one without grammar."""
    for tag in tags:
        said = dict(_SAID.findall(data, tag.start_byte, tag.end_byte))
        name = (said.get(b"lang") or said.get(b"type") or b"").decode().lower().rpartition("/")[2]
        if name:
            called = _CALLED.get(name, name)
            return called if called in _KNOWN else ""
    return usual


@cache
def _query(language: str) -> "Query | None":
    from tree_sitter import Query  # noqa: PLC0415

    return Query(grammar(language), _HOSTS[language]) if language in _HOSTS else None


def _merged(groups: Sequence[Symbols]) -> Symbols:
    """Symbols of trees that stand in one another, as those of one."""
    found: list[Symbol] = []
    open_symbols: list[int] = []
    every = [(symbol, group) for group in groups for symbol in group.symbols]
    for symbol, group in sorted(every, key=lambda entry: (entry[0].span.start, -entry[0].span.end)):
        while open_symbols and found[open_symbols[-1]].span.end <= symbol.span.start:
            open_symbols.pop()
        inside = open_symbols[-1] if open_symbols else None
        around = group.symbols[symbol.inside].path if symbol.inside is not None else ()
        path = (*(found[inside].path if inside is not None else ()), *symbol.path[len(around) :])
        open_symbols.append(len(found))
        found.append(replace(symbol, path=path, inside=inside))
    return Symbols(tuple(found), sorted(span for group in groups for span in group.imports))
