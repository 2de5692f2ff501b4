"""Statutes, bills, judgments and reports in Akoma Ntoso or USLM: the hierarchy straight from the file."""

from collections.abc import Iterator
from typing import Any

from models.document import Drop, DropReason
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.cleaning import clean_line
from services.extraction.pieces import put_together
from services.extraction.statute_names import UNSEEN
from services.extraction.statute_walk import StatuteWalk
from services.extraction.values import Reading
from services.extraction.xml_tree import local_name, parse_xml

_TITLES = ("title", "FRBRname", "FRBRalias")
_NUMBERS = ("docNumber", "FRBRnumber")


def read_statute(text: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Headings with their numbers, provisions as items by depth, amending text as quotes, notes, tables.

    CorruptDocument, NestingLimit.
    """
    root = parse_xml(text.encode("utf-8"), "XML", "utf-8")
    walk = StatuteWalk(limits.max_depth)
    pieces = list(walk.pieces(root))
    return put_together(pieces, [*walk.drops, *_unseen(root)], _metadata(root))


def _unseen(root: Any) -> Iterator[Drop]:
    """What is said of the document instead of in it, and what the author wrote for other authors."""
    for element in root.iter(*(f"{{*}}{name}" for name in sorted(UNSEEN))):
        if local_name(element.getparent()) not in UNSEEN:
            size = sum(len(text) for text in element.itertext())
            yield Drop(DropReason.MARKUP, f"{local_name(element)}: {size} characters")
    from lxml import etree  # noqa: PLC0415  only where XML is read

    comments = [len(comment.text or "") for comment in root.iter(etree.Comment)]
    if comments:
        yield Drop(DropReason.COMMENT, f"{len(comments)} comments with {sum(comments)} characters")


def _metadata(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for holder in root.iter(*(f"{{*}}{name}" for name in sorted(UNSEEN))):
        for element in holder.iter("*"):
            name = local_name(element)
            value = clean_line(element.get("value") or element.text or "")
            if name in _TITLES and value:
                found.setdefault("title", value)
            elif name in _NUMBERS and value:
                found.setdefault("number", value)
    return found
