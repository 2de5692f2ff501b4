"""The symbols that a source defines: their names, where they stand, and what is said of them."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from models.span import Span
from services.segmentation.code.captures import captures
from services.segmentation.code.definitions import NAMES, OPEN_ENDED
from services.segmentation.code.docstrings import Comments, docstring
from services.segmentation.code.grammars import grammar
from services.segmentation.code.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST_SIGNATURE, LONGEST_NAME = 300, 80
_NAMING = ("name", "declarator", "type", "module")
_BODY = re.compile(r"body|block|compound_statement|declaration_list|^do$|_list$|^statements$")
_NAME = re.compile(r"[^\s(){}\[\];,=]+")
_WORD = re.compile(r"[\w-]+")
_LIKE_NAME = re.compile(r"identifier|name|^word|_key$|signature|type_head|targets|reference|string")
_QUALIFIED = re.compile(r"qualified|scoped|index_expression|reference")
_MOST_STEPS = 16
"""From a definition down to its name: declarators of C are nested."""


@dataclass
class Symbol:
    """A definition. `path` ends with its own name; `inside` is the index of the symbol around it.

    What is said of it is looked up when somebody asks: few symbols are what a chunk is about.
    """

    span: Span
    path: tuple[str, ...]
    kind: str
    inside: int | None
    node: "Node" = field(repr=False)
    comments: Comments = field(repr=False)

    @cached_property
    def signature(self) -> str:
        """The definition up to its body, on one line; only the name of what has no head."""
        if self.kind == "key":
            return self.path[-1]
        return _signature(self.node, self.comments.data)

    @cached_property
    def docstring(self) -> str:
        """The string its body begins with, else the comments above it."""
        return docstring(self.node, self.comments.data) or self.comments.about(self.node.start_byte)

    @property
    def name(self) -> str:
        """The path as one reads it: `Class.method`."""
        return ".".join(self.path)


class Naming(NamedTuple):
    """What leads to names in a language: numbers of fields; for some types of nodes, patterns."""

    receiver: int | None
    steps: tuple[int, ...]
    patterns: "Mapping[str, re.Pattern[str]]"


class Symbols:
    """All symbols of a source by their start, and its imports."""

    def __init__(self, symbols: Sequence[Symbol] = (), imports: Sequence[Span] = ()) -> None:
        self.symbols = symbols
        self.imports = imports
        self._starts = [symbol.span.start for symbol in symbols]
        self._edges, self._innermost = _flattened(symbols)

    def around(self, offset: int) -> int | None:
        """The innermost symbol that has begun before the offset and goes on after it."""
        return self._innermost[bisect_left(self._edges, 2 * offset + 1)]

    def chain(self, offset: int) -> list[Symbol]:
        """The symbols around the offset, outermost first."""
        found, index = list[Symbol](), self.around(offset)
        while index is not None:
            found.append(self.symbols[index])
            index = self.symbols[index].inside
        return found[::-1]

    def within(self, span: Span) -> Sequence[Symbol]:
        """The symbols that begin in the span."""
        first = bisect_left(self._starts, span.start)
        return self.symbols[first : bisect_left(self._starts, span.end, first)]


def _flattened(symbols: Sequence[Symbol]) -> tuple[list[int], list[int | None]]:
    """Ends of symbols (2 · offset), starts (2 · offset + 1), and the innermost symbol before each of them."""
    edges, innermost, open_symbols = list[int](), list[int | None](), list[int]()

    def close(until: int) -> None:
        while open_symbols and symbols[open_symbols[-1]].span.end <= until:
            edges.append(2 * symbols[open_symbols[-1]].span.end)
            innermost.append(open_symbols.pop())

    for index, symbol in enumerate(symbols):
        close(symbol.span.start)
        edges.append(2 * symbol.span.start + 1)
        innermost.append(open_symbols[-1] if open_symbols else None)
        open_symbols.append(index)
    close(max((symbol.span.end for symbol in symbols), default=0))
    return edges, [*innermost, None]


def symbols_of(root: "Node", source: Source, language: str) -> Symbols:
    """What the tree defines and imports."""
    found = captures(root, language)
    comments = Comments(source.data, found.get("comment", ()))
    kinds = {name.partition(".")[2]: nodes for name, nodes in found.items()}
    defined = {node.id: (node, kind) for kind, nodes in kinds.items() if kind for node in nodes}
    nodes = sorted(defined.values(), key=lambda found: (found[0].start_byte, -found[0].end_byte))
    imports = sorted(_span(node, source) for node in found.get("import", ()))
    return Symbols(tuple(_nested(nodes, source, language, comments)), imports)


def _nested(
    nodes: "Sequence[tuple[Node, str]]", source: Source, language: str, comments: Comments
) -> Iterator[Symbol]:
    naming = _naming(language)
    open_symbols, ends, paths = list[int](), list[int](), list[tuple[str, ...]]()
    for index, (node, kind) in enumerate(nodes):
        span = _span(node, source)
        if kind in OPEN_ENDED:
            last = nodes[index + 1][0].start_byte if index + 1 < len(nodes) else len(source.data)
            span = Span(span.start, source.point(last))
        while open_symbols and ends[open_symbols[-1]] <= span.start:
            open_symbols.pop()
        inside = open_symbols[-1] if open_symbols else None
        path = _own_path(node, kind, source.data, naming)
        if inside is not None:
            path = paths[inside] + path
        yield Symbol(span, path, kind, inside, node, comments)
        paths.append(path)
        ends.append(span.end)
        open_symbols.append(index)


def _span(node: "Node", source: Source) -> Span:
    return Span(source.point(node.start_byte), source.point(node.end_byte))


@cache
def _naming(language: str) -> Naming:
    number = grammar(language).field_id_for_name
    patterns = {node: pattern for (name, node), pattern in NAMES.items() if name == language}
    return Naming(number("receiver"), tuple(filter(None, map(number, _NAMING))), patterns)


def _own_path(node: "Node", kind: str, data: bytes, naming: Naming) -> tuple[str, ...]:
    """What the definition calls itself; more than one name where it says what it belongs to."""
    pattern = naming.patterns.get(node.type) if naming.patterns else None
    if pattern is not None:
        written = pattern.match(_text(node, data))
        return (" ".join(written[1].split())[:LONGEST_NAME] if written else kind,)
    if kind == "section":
        return (_signature(node, data).strip("#= "),)
    if kind == "block":
        return tuple(_WORD.findall(_signature(node, data))) or (kind,)
    own = [part for part in _name(node, data, naming.steps).replace("::", ".").split(".") if part]
    receiver = node.child_by_field_id(naming.receiver) if naming.receiver else None
    owner = _WORD.findall(_text(receiver, data))[-1:] if receiver is not None else []
    return (*owner, *own) or (kind,)


def _name(node: "Node", data: bytes, steps: Sequence[int]) -> str:
    """Down the fields that lead to a name; else the first child that looks like one."""
    found = node
    for _ in range(_MOST_STEPS):
        inner = _first(found, steps)
        if inner is None or _is_qualified(found.type):
            break
        found = inner
    if found is node:
        found = next((child for child in node.named_children if _LIKE_NAME.search(child.type)), node)
    match = _NAME.search(_text(found, data))
    return match[0] if match else ""


def _first(node: "Node", fields: Sequence[int]) -> "Node | None":
    for number in fields if node.child_count else ():
        inner = node.child_by_field_id(number)
        if inner is not None:
            return inner
    return None


@cache
def _is_qualified(kind: str) -> bool:
    return _QUALIFIED.search(kind) is not None


def _text(node: "Node", data: bytes) -> str:
    start, end = node.start_byte, node.end_byte
    return data[start : min(end, start + LONGEST_SIGNATURE)].decode("utf-8", "ignore")


def _signature(node: "Node", data: bytes) -> str:
    """The definition up to its body, or to a comment before that, on one line."""
    start, end = node.start_byte, _line_end(data, node, node.start_byte)
    if node.type != "section":
        children = node.named_children
        if children and children[0].type == "description":
            start = next((child.start_byte for child in node.children[1:]), start)
            end = _line_end(data, node, start)
        body = node.child_by_field_name("body") or next((c for c in children if _BODY.search(c.type)), None)
        comment = next((child for child in children if "comment" in child.type), None)
        end = min((found.start_byte for found in (body, comment) if found is not None), default=end)
    text = data[start : min(end, start + 4 * LONGEST_SIGNATURE)].decode("utf-8", "ignore")
    line = " ".join(text.split()).rstrip("{:= ")
    return line if len(line) <= LONGEST_SIGNATURE else line[: LONGEST_SIGNATURE - 1] + "…"


def _line_end(data: bytes, node: "Node", start: int) -> int:
    end = data.find(b"\n", start, node.end_byte)
    return node.end_byte if end < 0 else end
