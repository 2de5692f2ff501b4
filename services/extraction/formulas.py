"""Displayed formulas: blocks of symbols with hardly a word among them."""

import re

from services.extraction.line_parts import is_mixed
from services.extraction.raw import RawBlock, RawLine

_SYMBOLS = frozenset("=+−-×÷±·∗*/<>≤≥≈≠≡∼∝∞∂∇∑∏∫√∈∉⊂⊆∪∩∀∃→←↔⇒⇔∥|⟨⟩^_{}()[]′ˆ˜¯")
_RELATIONS = frozenset("=<>≤≥≈≠≡∼∝→⇒⇔∈:")
_WORD = re.compile(r"[^\W\d_]{4,}")
_NAMES = frozenset(
    {"where", "arctan", "argmax", "argmin", "otherwise", "with", "exp", "diag", "rank", "trace", "cosh"}
)
_NUMBER = re.compile(r"\(\s*[A-Z]?\.?\d{1,3}(?:\.\d{1,3})*[a-z]?\s*\)$")
_MOST_ROWS = 12
_MATH, _MATH_NUMBERED = 0.35, 0.15
_WORDS = 0.12
_SHORTEST = 3


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
    number = _NUMBER.search(text)
    numbered = number is not None and number.start() > 0
    related = any(char in _RELATIONS for char in text)
    return (related and math >= _MATH) or (numbered and related and math >= _MATH_NUMBERED)


def _math(line: RawLine) -> int:
    """How many characters are set in a font of symbols, or are symbols."""
    symbols = sum(char in _SYMBOLS or "\u0370" <= char <= "\u03ff" for char in line.text)
    if is_mixed(line):
        return max(symbols, sum(run.letters for run in line.runs if run.style.math))
    return len(line.text) - line.text.count(" ") if line.style.math else symbols
