"""`kerf parse`: files to Documents, before any cut is made."""

import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.files import for_each
from cli.work import bench
from models.document import Document
from models.geometry import Box


class Output(StrEnum):
    """How a Document is written."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"


def parse(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders, or - for stdin.")],
    output: Annotated[Output, typer.Option(help="What to write.")] = Output.JSON,
) -> None:
    """Read files and show the text, blocks, pages and drops that Kerf finds in them."""
    with bench() as work:
        for_each(files, lambda name, path: _write(name, work.parse(name, path), output))


def _write(name: str, document: Document, output: Output) -> None:
    if output is Output.JSON:
        text = json.dumps(as_json(name, document), ensure_ascii=False)
    elif output is Output.MARKDOWN:
        from services.extraction.rendering import to_markdown

        text = to_markdown(document)
    else:
        text = document.text
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def as_json(name: str, document: Document) -> dict[str, Any]:
    """The Document on one line: offsets in code points, boxes in points from the page's top left."""
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
                "box": _box(block.box),
                "span": list(block.span),
            }
            for block in document.blocks
        ],
        "drops": [
            {"reason": drop.reason.value, "text": drop.text, "page": drop.page, "box": _box(drop.box)}
            for drop in document.drops
        ],
        "metadata": dict(document.metadata),
    }


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else list(box.rounded())
