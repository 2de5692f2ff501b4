"""Tree-sitter grammars: compiled, installed with Kerf, loaded on first use.

Loading opens files; parsing does not. `load_all` belongs before a process locks itself in.
"""

import ctypes
import importlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from services.segmentation.code.languages import LANGUAGES

if TYPE_CHECKING:
    import tree_sitter

Ranges = Sequence[tuple[int, int]]
Place = tuple[int, int]
CAPSULE = b"tree_sitter.Language"
UNSAFE = frozenset(("bash",))
"""Their scanners look letters up in a table of 256 without asking how large a code point is, and crash."""
_PLAIN = bytes(range(0x80)) + b"x" * 0x80
"""Bytes of other letters than those of ASCII become letters: words stay words, offsets stay."""


def load_all() -> None:
    """Every grammar, so that none has to be opened later."""
    for name in LANGUAGES:
        grammar(name)


@cache
def grammar(name: str) -> "tree_sitter.Language":
    """The grammar of a language in `LANGUAGES`."""
    import tree_sitter  # noqa: PLC0415 - a compiled library that the API never needs

    language = LANGUAGES[name]
    pointer = getattr(importlib.import_module(language.module), language.function)()
    return tree_sitter.Language(_capsule(pointer) if isinstance(pointer, int) else pointer)


def parse(name: str, data: bytes, ranges: Ranges = (), at: Sequence[Place] = ()) -> "tree_sitter.Tree":
    """The syntax tree of UTF-8 bytes, or of sorted ranges of them; there is one for any bytes.

    `at`: rows and columns of the ends of a single range, where they are known.
    """
    import tree_sitter  # noqa: PLC0415

    if name in UNSAFE:
        data = data.translate(_PLAIN)
    parser = tree_sitter.Parser(grammar(name))
    if at:
        parser.included_ranges = [tree_sitter.Range(at[0], at[1], *ranges[0])]
    elif ranges and ranges != [(0, len(data))]:
        parser.included_ranges = _ranges(data, ranges)
    return parser.parse(data)


def _ranges(data: bytes, ranges: Ranges) -> "list[tree_sitter.Range]":
    """With rows and columns, which some grammars ask for: one pass over the bytes."""
    import tree_sitter  # noqa: PLC0415

    found, row, line, last = list[tree_sitter.Range](), 0, 0, 0
    for start, end in ranges:
        points = []
        for at in (start, end):
            row += data.count(b"\n", last, at)
            line = max(line, data.rfind(b"\n", last, at) + 1)
            last = at
            points.append((row, at - line))
        found.append(tree_sitter.Range(points[0], points[1], start, end))
    return found


def _capsule(pointer: int) -> Any:
    """What older grammars give as a number, as newer ones give it."""
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return new(pointer, CAPSULE, None)
