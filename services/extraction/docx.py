"""DOCX, DOCM and their templates, transitional or strict: the text as Word shows it, all changes accepted.

Numbers that Word makes up (ECMA-376 part 1, 17.9) are part of the text; bullets are not, the kind of block
says it. Signs of notes stand in brackets, footnotes after the block that refers to them, endnotes at the end.
Links and signs of notes are in the apparatus. Headers, footers, comments, deleted and hidden text, macros and
embedded files are declared.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from models.document import Drop, DropReason
from models.errors import CorruptDocument, MemoryLimit
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.cleaning import clean_line
from services.extraction.docx_body import Body
from services.extraction.docx_notes import Notes
from services.extraction.docx_numbering import Numbering
from services.extraction.docx_styles import read_styles
from services.extraction.docx_text import W
from services.extraction.opc import Package, Relation
from services.extraction.pieces import put_together
from services.extraction.values import Reading

_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}
_EDGES = {"header": DropReason.RUNNING_HEADER, "footer": DropReason.RUNNING_FOOTER}
_UNREAD = {
    "vbaProject": "macros",
    "package": "embedded file",
    "oleObject": "embedded file",
    "aFChunk": "embedded document",
}
_USUAL = "word/document.xml"
_METADATA = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "created": "created",
    "modified": "modified",
}


def read_docx(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Paragraphs, headings by outline level, lists, tables, notes.

    An outlined paragraph of more than 200 characters is no heading. The errors of `check_archive`,
    CorruptDocument, NestingLimit.
    """
    try:
        return _reading(Package(data, limits), limits)
    except MemoryError as error:
        raise MemoryLimit from error


def _reading(package: Package, limits: Limits) -> Reading:
    top = list(package.relations())
    main = next((relation.target for relation in top if relation.kind == "officeDocument"), _USUAL)
    root = package.xml(main)
    content = root.find(W + "body")
    if content is None:
        raise CorruptDocument("The DOCX has no body.")
    related = list(package.relations(main))
    parts: dict[str, Any] = {}
    for kind in ("styles", "numbering", "settings", "comments", *_NOTES):
        parts[kind] = next((package.xml(r.target) for r in _inside(package, related, kind)), None)
    styles = read_styles(parts["styles"])
    notes = Notes(parts["settings"], content)
    for kind, name in _NOTES.items():
        if parts[kind] is not None:
            notes.add(name, parts[kind])
    body = Body(styles, Numbering(parts["numbering"], styles.lists), notes, limits.max_depth)
    body.addresses[""] = _addresses(related)
    for kind, name in _NOTES.items():
        for relation in _inside(package, related, kind):
            body.addresses[name] = _addresses(package.relations(relation.target))
    pieces = [*body.pieces(content), *body.endnotes()]
    drops = [*_edges(package, related, body), *_comments(parts["comments"], body), *_unread(related)]
    if body.optional_hyphens:
        drops.append(Drop(DropReason.MARKUP, f"optional hyphens: {body.optional_hyphens}"))
    return put_together(pieces, [*body.drops, *drops], _metadata(package, top))


def _inside(package: Package, relations: list[Relation], kind: str) -> Iterator[Relation]:
    """The relations of a kind whose part is in the package."""
    for relation in relations:
        if relation.kind == kind and not relation.is_external and relation.target in package.names:
            yield relation


def _addresses(relations: Iterable[Relation]) -> dict[str, str]:
    return {relation.id: relation.target for relation in relations if relation.is_external}


def _edges(package: Package, relations: list[Relation], body: Body) -> list[Drop]:
    """Headers and footers, each wording once; their own drops are none of the document's."""
    before = list(body.drops)
    found = [
        Drop(reason, text)
        for kind, reason in _EDGES.items()
        for relation in _inside(package, relations, kind)
        if (text := clean_line(body.plain(package.xml(relation.target))))
    ]
    body.drops[:] = before
    return list(dict.fromkeys(found))


def _comments(root: Any | None, body: Body) -> Iterator[Drop]:
    for comment in () if root is None else root.iterchildren(W + "comment"):
        text = clean_line(body.plain(comment))
        if text:
            yield Drop(DropReason.COMMENT, text)


def _unread(relations: list[Relation]) -> Iterator[Drop]:
    for relation in relations:
        if relation.kind in _UNREAD:
            yield Drop(
                DropReason.ATTACHMENT, clean_line(f"{_UNREAD[relation.kind]}: {relation.target}")[:200]
            )


def _metadata(package: Package, relations: list[Relation]) -> dict[str, str]:
    found: dict[str, str] = {}
    for relation in _inside(package, relations, "core-properties"):
        for element in package.xml(relation.target).iterchildren("*"):
            name = _METADATA.get(element.tag.rpartition("}")[2])
            value = clean_line(element.text or "")
            if name and value:
                found.setdefault(name, value)
    return found
