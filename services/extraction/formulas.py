"""Displayed formulas: blocks of symbols with hardly a word among them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.document import BlockKind
from models.geometry import bounds
from services.extraction.line_parts import is_mixed
from services.extraction.raw import RawBlock, RawLine

_SYMBOLS = frozenset("=+−-×÷±·∗*/<>≤≥≈≠≡∼∝∞∂∇∑∏∫√∈∉⊂⊆∪∩∀∃→←↔⇒⇔∥|⟨⟩^_{}()[]′ˆ˜¯")
_RELATIONS = frozenset("=<>≤≥≈≠≡∼∝→⇒⇔∈:")
_WORD = re.compile(r"[^\W\d_A-Z]{4,}")
_NAMES = frozenset(
    {"where", "arctan", "argmax", "argmin", "otherwise", "with", "exp", "diag", "rank", "trace", "cosh"}
)
_NUMBER = re.compile(r"\(\s*[A-Z]?\.?\d{1,3}(?:\.\d{1,3})*[a-z]?\s*\)$")
_MOST_ROWS = 12
_MATH, _MATH_NUMBERED = 0.35, 0.15
_WORDS = 0.12
_SHORTEST = 3
_FRAGMENT, _NEAR = 16, 0.5


def is_formula(block: RawBlock) -> bool:
    """Mostly symbols, with a relation or a number at its end, hardly any word of four letters and more."""
    text = block.text
    letters = len(text) - text.count(" ")
    if len(block.rows) > _MOST_ROWS or letters < _SHORTEST or block.continues:
        return False
    words = sum(len(word) for word in _WORD.findall(text) if word.lower() not in _NAMES)
    if words > _WORDS * letters:
        return False
    math = sum(_math(line) for line in block.lines) / letters
    numbered = any(_is_numbered(" ".join(line.text for line in row)) for row in block.rows)
    related = any(char in _RELATIONS for char in text)
    return (related and math >= _MATH) or (numbered and related and math >= _MATH_NUMBERED)


def with_fragments(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The blocks; limits of sums, parts of fractions and the like belong to the formula they touch."""
    found: list[RawBlock] = []
    for given in blocks:
        block = given
        if found and _touch(found[-1], block) and BlockKind.FORMULA in (found[-1].kind, block.kind):
            above = found[-1]
            if all(part.kind is BlockKind.FORMULA or _is_fragment(part) for part in (above, block)):
                found.pop()
                block = replace(above, kind=BlockKind.FORMULA, rows=above.rows + block.rows)
        found.append(block)
    return found


def _is_fragment(block: RawBlock) -> bool:
    """A few letters without a word."""
    text = block.text
    return (
        block.kind is BlockKind.PARAGRAPH
        and not block.continues
        and len(text) <= _FRAGMENT
        and not _WORD.search(text)
        and (any(line.style.math for line in block.lines) or sum(map(_math, block.lines)) > 0)
    )


def _touch(above: RawBlock, block: RawBlock) -> bool:
    """Whether one begins before the other has ended, or right after it."""
    if above.page != block.page:
        return False
    a, b = (bounds([line.box for line in part.lines]) for part in (above, block))
    near = _NEAR * min(above.rows[-1][0].box.height, block.rows[0][0].box.height)
    return min(a.x1, b.x1) - max(a.x0, b.x0) > -2 * near and max(b.y0 - a.y1, a.y0 - b.y1) < near


def _is_numbered(row: str) -> bool:
    number = _NUMBER.search(row)
    return number is not None and number.start() > 0


def _math(line: RawLine) -> int:
    """How many characters are set in a font of symbols, or are symbols."""
    symbols = sum(char in _SYMBOLS or "\u0370" <= char <= "\u03ff" for char in line.text)
    if is_mixed(line):
        return max(symbols, sum(run.letters for run in line.runs if run.style.math))
    return len(line.text) - line.text.count(" ") if line.style.math else symbols
