"""Where defined terms are used: one pass over the words with a tree of the terms' words."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from models.legal import DefinedTerm, TermUse
from models.span import Span

_WORD = re.compile(r"\w+(?:[-.’'&/]\w+)*")
_BETWEEN = 4
"""Code points of white space between two words of a term, at most."""

_SHORTEST = 3
"""Letters of a word that may be the singular of a defined plural, at least."""

_END = ""


def term_uses(text: str, terms: Sequence[DefinedTerm]) -> Iterator[TermUse]:
    """The longest terms, word by word and in the case they are defined in, singular or plural; in order.

    A term that is defined twice is used as its first one. The definitions' own words do not count.
    O(words · words of the longest term).
    """
    tree = _tree_of(terms)
    own = {term.span.start for term in terms}
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)] if tree else []
    i = 0
    while i < len(words):
        found = _longest(text, words, i, tree) if words[i][0] in tree else None
        if found is None:
            i += 1
            continue
        term, after = found
        if words[i][1] not in own:
            yield TermUse(Span(words[i][1], words[after - 1][2]), term)
        i = after


def _tree_of(terms: Sequence[DefinedTerm]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for number, term in enumerate(terms):
        words = _WORD.findall(term.name)
        for ending in _endings(words[-1]) if words else ():
            node = tree
            for word in (*words[:-1], ending):
                node = node.setdefault(word, {})
            node.setdefault(_END, number)
    return tree


def _endings(word: str) -> set[str]:
    """The last word as it is, in the plural, and in the genitive of either."""
    plural = f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"
    singular = word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")
    forms = {word, plural, singular if len(singular) >= _SHORTEST and word[0].isupper() else word}
    return forms | {f"{form}{mark}s" for form in forms for mark in "'’"}


def _longest(
    text: str, words: Sequence[tuple[str, int, int]], i: int, tree: dict[str, Any]
) -> tuple[int, int] | None:
    """The term that begins at the i-th word, and the number of the word after it."""
    found = None
    node = tree
    while i < len(words) and (below := node.get(words[i][0])) is not None:
        node = below
        i += 1
        if _END in node:
            found = (node[_END], i)
        if i < len(words) and not _only_space(text, words[i - 1][2], words[i][1]):
            break
    return found


def _only_space(text: str, start: int, end: int) -> bool:
    return end - start <= _BETWEEN and text[start:end].isspace()
