"""What other tools look for, as few regular expressions of our own: each line decides for itself."""

import re
from collections.abc import Iterator

from models.document import Document
from models.outline import NodeKind, Outline
from services.outline.tree import Found, tree_of

_HEADINGS = (
    r"\s*#{1,6}\s",
    r"(?:PART|Part)\s+(?:[IVXLC]+|\d+|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN)\b",
    r"(?:CHAPTER|Chapter)\s+(?:[IVXLC]+|\d+)\b",
    r"(?:SECTION|Section|SEC\.|Sec\.|§)\s*\d+",
    r"(?:ARTICLE|Article)\s+(?:[IVXLC]+|\d+)\b",
)
_BULLETS = (
    r"(?:TITLE|PART|CHAPTER|SUBCHAPTER|Title|Part|Chapter|Subchapter)\s+\w+",
    r"(?:SECTION|Section|SEC\.|Sec\.|ARTICLE|Article|§)\s*\d+",
    r"\d{1,3}[.、]\s",
    r"\d{1,3}\.\d{1,3}\.?\s",
    r"\d{1,3}\.\d{1,3}\.\d{1,3}\.?\s",
    r"\([a-z]{1,2}\)",
    r"\(\d{1,3}\)",
    r"\([A-Z]{1,2}\)",
    r"\([ivx]+\)",
)


def headings(document: Document) -> Outline:
    """Named headings at fixed depths, as chunkers of books and laws by regular expressions have them."""
    return _by_rank(document, _HEADINGS)


def bullets(document: Document) -> Outline:
    """Named headings and every common number, the rank of the first expression that matches its depth."""
    return _by_rank(document, _BULLETS)


def _by_rank(document: Document, patterns: tuple[str, ...]) -> Outline:
    return tree_of(list(_found(document, patterns)), document.text, len(document.text))


def _found(document: Document, patterns: tuple[str, ...]) -> Iterator[Found]:
    compiled = [re.compile(pattern) for pattern in patterns]
    for line in re.finditer(r"[^\n]+", document.text):
        for depth, pattern in enumerate(compiled):
            if pattern.match(line.group()):
                yield Found(line.start(), depth, NodeKind.HEADING)
                break
