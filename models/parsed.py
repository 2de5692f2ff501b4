"""A Document as the command line and the API show it: one JSON object."""

from typing import Any

from models.document import Document
from models.geometry import Box


def parsed_form(document: Document, name: str) -> dict[str, Any]:
    """Text, pages, blocks and drops; offsets in code points, boxes in points from the page's top left."""
    return {
        "document": name,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "text": document.text,
        "pages": [
            {
                "number": page.number,
                "width": page.width,
                "height": page.height,
                "span": list(page.span),
                "needs_ocr": page.needs_ocr,
            }
            for page in document.pages
        ],
        "blocks": [
            {
                "kind": block.kind.value,
                "level": block.level,
                "page": block.page,
                "box": _edges(block.box),
                "span": list(block.span),
            }
            for block in document.blocks
        ],
        "drops": [
            {"reason": drop.reason.value, "text": drop.text, "page": drop.page, "box": _edges(drop.box)}
            for drop in document.drops
        ],
        "metadata": dict(document.metadata),
    }


def _edges(box: Box | None) -> list[float] | None:
    return None if box is None else list(box.rounded())
