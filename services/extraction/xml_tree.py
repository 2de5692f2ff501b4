"""XML to a tree: no DTD is loaded, no entity is resolved, nothing is fetched, depth is bounded."""

from typing import Any

from models.errors import CorruptDocument, NestingLimit
from services.extraction.cleaning import clean_line

_TOO_DEEP = "depth"
_MOST_REFERENCES = 10_000


def parse_xml(data: bytes, what: str, encoding: str | None = None) -> Any:
    """The root element; CorruptDocument that names `what` is damaged, NestingLimit.

    `encoding` overrules what the file declares. References to entities other than XML's own five become
    text as they are written; a file with more than 10,000 of them is refused.
    """
    from lxml import etree  # noqa: PLC0415  only where XML is read

    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = clean_line(str(error))[:200]
        if _TOO_DEEP in message.lower():
            raise NestingLimit from error
        raise CorruptDocument(f"The {what} is damaged: {message}") from error
    references = list(root.iter(etree.Entity))
    if len(references) > _MOST_REFERENCES:
        raise CorruptDocument(f"The {what} refers to too many entities.")
    for reference in references:
        _spell_out(reference)
    return root


def _spell_out(reference: Any) -> None:
    text = (reference.text or "") + (reference.tail or "")
    before, parent = reference.getprevious(), reference.getparent()
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    reference.tail = None
    parent.remove(reference)


def local_name(element: Any) -> str:
    """The element's name without its namespace; empty for comments, instructions and entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
