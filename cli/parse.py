"""`kerf parse`: files to Documents, before any cut is made."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cli.files import for_each
from cli.work import bench
from models.document import Document
from models.parsed import parsed_form


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
        text = json.dumps(parsed_form(document, name), ensure_ascii=False)
    elif output is Output.MARKDOWN:
        from services.extraction.rendering import to_markdown

        text = to_markdown(document)
    else:
        text = document.text
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
