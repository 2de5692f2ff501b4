"""Where defined terms are used: one pass over the words with a tree of the terms' words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.legal import DefinedTerm, TermUse
from models.span import Span

_LETTERS = r"\w*(?:[-.’'&/]\w+)*"
_WORD = re.compile(rf"(?=\w){_LETTERS}")
_NEXT = re.compile(rf"\s{{1,4}}(?=\w)({_LETTERS})")

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
    end = 0
    for first in _beginnings(tree).finditer(text) if tree else ():
        if first[0] not in tree or first.start() < end:
            continue
        if found := _longest(text, first, tree):
            term, end = found
            if first.start() not in own:
                yield TermUse(Span(first.start(), end), term)


def _beginnings(tree: Mapping[str, Any]) -> re.Pattern[str]:
    """Words with the first two letters of the terms: most terms have capitals, and most words have none."""
    seconds = _class({word[1:2] for word in tree})
    return re.compile(rf"{_class({word[0] for word in tree})}(?={seconds})(?<!\w.)(?<!\w[-.’'&/].){_LETTERS}")


def _class(letters: set[str]) -> str:
    """One of the letters; nothing where one of them may be missing."""
    return "" if "" in letters else f"[{''.join(map(re.escape, sorted(letters)))}]"


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


def _longest(text: str, first: re.Match[str], tree: Mapping[str, Any]) -> tuple[int, int] | None:
    """The term that begins with that word, and where it ends."""
    found = None
    node, end = tree[first[0]], first.end()
    while node is not None:
        if _END in node:
            found = (node[_END], end)
        following = _NEXT.match(text, end) if len(node) > (_END in node) else None
        if following is None:
            break
        node, end = node.get(following[1]), following.end()
    return found
