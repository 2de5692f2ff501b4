"""`kerf parse`: files to Documents, before any cut is made."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cli.files import for_each
from cli.parsing import Engine, Languages, Layout, Ocr, parsing_options
from cli.work import bench
from models.document import Document
from models.options import LayoutMode, OcrEngine, OcrMode
from models.parsed import parsed_form


class Output(StrEnum):
    """How a Document is written."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"
    OUTLINE = "outline"


def parse(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders, or - for stdin.")],
    output: Annotated[
        Output,
        typer.Option(help="All that was found, or the outline, as one JSON object a line; or only the text."),
    ] = Output.JSON,
    ocr: Ocr = OcrMode.AUTO,
    ocr_languages: Languages = None,
    ocr_engine: Engine = OcrEngine.NETWORKS,
    layout: Layout = LayoutMode.FAST,
) -> None:
    """Show what Kerf reads in files, before anything is cut.

    Files that cannot be read are named on stderr, and the exit code is 2.
    """
    parsing = parsing_options(ocr, ocr_languages, ocr_engine, layout)
    with bench() as work:
        for_each(files, lambda file, path: _write(file.name, work.parse(file, path, parsing), output))


def _write(name: str, document: Document, output: Output) -> None:
    if output is Output.JSON:
        text = json.dumps(parsed_form(document, name), ensure_ascii=False)
    elif output is Output.OUTLINE:
        from services.documents.outlines import outline_of_document

        text = json.dumps(outline_of_document(document, name), ensure_ascii=False)
    elif output is Output.MARKDOWN:
        from services.extraction.rendering import to_markdown

        text = to_markdown(document)
    else:
        text = document.text
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
