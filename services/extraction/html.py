"""HTML through lxml: visible text as pieces, what is invisible declared."""

from typing import Any

from models.document import Drop
from models.errors import CorruptDocument, NestingLimit
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.cleaning import clean_line
from services.extraction.html_walk import Walk
from services.extraction.pieces import Piece, put_together
from services.extraction.values import Reading

_METADATA = {"author": "author", "description": "subject", "keywords": "keywords"}
_TOO_DEEP = "depth"


def read_html(text: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Headings, paragraphs, lists with the numbers that browsers show, tables, preformatted text, links.

    NestingLimit for markup that nests too deep.
    """
    root = _parse(text)
    if root is None:
        return Reading("")
    pieces, drops = _walked(root, limits)
    return put_together(pieces, drops, _metadata(root))


def html_pieces(text: str, limits: Limits) -> tuple[list[Piece], list[Drop]]:
    """What is visible, and what was left out; the errors of `read_html`."""
    root = _parse(text)
    return ([], []) if root is None else _walked(root, limits)


def _walked(root: Any, limits: Limits) -> tuple[list[Piece], list[Drop]]:
    walk = Walk(limits.max_depth)
    pieces = list(walk.pieces(root))
    return pieces, list(walk.drops())


def _parse(text: str) -> Any:
    from lxml import etree  # noqa: PLC0415  only where HTML is read

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        if "empty" in str(error).lower():
            return None
        if _TOO_DEEP in str(error).lower():
            raise NestingLimit from error
        raise CorruptDocument(f"The HTML is damaged: {clean_line(str(error))[:200]}") from error
    if any(_TOO_DEEP in entry.message.lower() for entry in parser.error_log):
        raise NestingLimit
    return root


def _metadata(root: Any) -> dict[str, str]:
    found = {"title": clean_line(root.findtext(".//title") or "")}
    for meta in root.iter("meta"):
        name = _METADATA.get((meta.get("name") or "").lower())
        if name:
            found.setdefault(name, clean_line(meta.get("content") or ""))
    return {name: value for name, value in found.items() if value}
