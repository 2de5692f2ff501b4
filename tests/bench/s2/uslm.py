"""Sections of the Government Publishing Office's XML of reports: headings as the publisher marks them."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

from tests.bench.s2.gold import words_of

HEADS = {"heading", "subheading", "header"}
"""A header stands above lists in columns, such as that of the votes for."""
UNSEEN = {"reportMeta", "tallySheetMeta", "recordedVotes", "slugLine"}
"""What is not printed, or at the foot of the page only."""


def of_uslm(xml: bytes) -> Iterator[tuple[str, int]]:
    """Words, and a number that grows with every heading; a number right before one belongs to it."""
    section = 0
    for text, begins in _texts(ET.fromstring(xml)):
        section += begins
        for word in words_of(text):
            yield word, section


def _texts(element: ET.Element) -> Iterator[tuple[str, bool]]:
    """Texts in order, and whether a heading begins with each."""
    if _name(element) in UNSEEN:
        return
    numbers = {id(a) for a, b in pairwise(element) if _name(a) == "num" and _name(b) in HEADS}
    numbered = {id(b) for a, b in pairwise(element) if id(a) in numbers}
    yield element.text or "", False
    for child in element:
        if id(child) in numbers or (_name(child) in HEADS and id(child) not in numbered):
            yield "", True
        yield from _texts(child)
        yield child.tail or "", False


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
