"""Which documents are source code, and in which language."""

from models.cells import NOTEBOOK
from models.document import BlockKind, Document
from services.segmentation.code.languages import LANGUAGES, MEDIA_TYPES

MIXED = frozenset((NOTEBOOK, "text/markdown"))
"""Media types of documents that are prose and code by turns."""


def language_of(document: Document) -> str | None:
    """The language in which the document is written, if there is a grammar for it."""
    named = document.metadata.get("language", "")
    return named if named in LANGUAGES else MEDIA_TYPES.get(document.media_type)


def is_source(document: Document) -> bool:
    """Whether the whole text is in one language, known or not."""
    if document.pages or document.media_type in MIXED:
        return False
    named = document.metadata.get("language") or document.media_type in MEDIA_TYPES
    return bool(named) or all(
        block.kind is BlockKind.CODE and not block.language for block in document.blocks
    )
