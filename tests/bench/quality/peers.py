"""What other tools make of the same files, written in the form of our own predictions.

`PYTHON peers.py TOOL OUT < items` needs nothing of Kerf: it runs in an environment of its own
(requirements-peers.txt). `items` are JSON lines with `id` and `path`; OUT gets `<id>.md`, `<id>.json` and
`seconds.json` (per document). A file that is there is not made again: peers do not change overnight.
"""

# mypy: ignore-errors

import contextlib
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Prediction = tuple[str, dict[str, Any]]
_LABELS = {"section-header": "section_header", "list-item": "list_item", "page-header": "page_header"} | {
    "page-footer": "page_footer",
    "table-fallback": "table",
}


def pymupdf_layout() -> Callable[[str], Prediction]:
    """PyMuPDF's Markdown with its ONNX layout model."""
    import pymupdf
    import pymupdf4llm

    def read(path: str) -> Prediction:
        document = pymupdf.open(path)
        sizes = [{"width": page.rect.width, "height": page.rect.height} for page in document]
        pages = pymupdf4llm.to_markdown(document, use_ocr=False, page_chunks=True)  # closes some files
        if not document.is_closed:
            document.close()
        boxes, tables = [], []
        for number, page in enumerate(pages, 1):
            for box in page["page_boxes"]:
                label = _LABELS.get(box["class"], box["class"])
                boxes.append(
                    {"page": number, "bbox": list(box["bbox"]), "label": label}
                    | ({"furniture": True} if label.startswith("page_") else {})
                )
            tables += [{"page": number, "cells": cells} for cells in pipe_tables(page["text"])]
        text = "\n\n".join(page["text"] for page in pages)
        return text, {"pages": sizes, "boxes": boxes, "tables": tables}

    return read


def pymupdf_plain() -> Callable[[str], Prediction]:
    """PyMuPDF's Markdown without the model."""
    import pymupdf
    import pymupdf4llm

    pymupdf4llm.use_layout(False)

    def read(path: str) -> Prediction:
        with pymupdf.open(path) as document:
            pages = pymupdf4llm.to_markdown(document, page_chunks=True, show_progress=False)
        tables = [
            {"page": number, "cells": cells}
            for number, page in enumerate(pages, 1)
            for cells in pipe_tables(page["text"])
        ]
        return "\n\n".join(page["text"] for page in pages), {"pages": [], "boxes": [], "tables": tables}

    return read


def pymupdf_tables() -> Callable[[str], Prediction]:
    """PyMuPDF's `find_tables`."""
    import pymupdf

    def read(path: str) -> Prediction:
        with pymupdf.open(path) as document:
            tables = [
                {"page": page.number + 1, "cells": grid(table.extract())}
                for page in document
                for table in page.find_tables().tables
            ]
            text = "\n".join(page.get_text() for page in document)
        return text, {"pages": [], "boxes": [], "tables": tables}

    return read


def markitdown() -> Callable[[str], Prediction]:
    """MarkItDown."""
    from markitdown import MarkItDown

    converter = MarkItDown()
    return lambda path: (converter.convert(path).text_content, nothing())


def kreuzberg() -> Callable[[str], Prediction]:
    """Kreuzberg, Markdown output, without OCR."""
    from kreuzberg import ExtractionConfig, extract_file_sync

    config = ExtractionConfig(output_format="markdown", use_cache=False, disable_ocr=True)

    def read(path: str) -> Prediction:
        found = extract_file_sync(path, config=config)
        tables = [{"page": table.page_number, "cells": grid(table.cells)} for table in found.tables]
        return found.content, nothing() | {"tables": tables}

    return read


def pdfplumber() -> Callable[[str], Prediction]:
    """pdfplumber's text and its tables."""
    import pdfplumber as tool

    def read(path: str) -> Prediction:
        texts, tables = [], []
        with tool.open(path) as document:
            for page in document.pages:
                texts.append(page.extract_text())
                tables += [{"page": page.page_number, "cells": grid(rows)} for rows in page.extract_tables()]
                page.close()
        return "\n".join(texts), nothing() | {"tables": tables}

    return read


def pdfium() -> Callable[[str], Prediction]:
    """PDFium's plain text."""
    import pypdfium2

    def read(path: str) -> Prediction:
        document = pypdfium2.PdfDocument(path)
        texts = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
        document.close()
        return "\n".join(texts), nothing()

    return read


TOOLS = {
    "pymupdf-layout": pymupdf_layout,
    "pymupdf": pymupdf_plain,
    "pymupdf-tables": pymupdf_tables,
    "markitdown": markitdown,
    "kreuzberg": kreuzberg,
    "pdfplumber": pdfplumber,
    "pdfium": pdfium,
}


def nothing() -> dict[str, Any]:
    """The structure of a tool that gives plain text only."""
    return {"pages": [], "boxes": [], "tables": []}


def grid(rows: list[list[str | None]]) -> list[dict[str, Any]]:
    """Rows of texts as cells; empty places are none."""
    return [
        {"row": r, "col": c, "rowspan": 1, "colspan": 1, "text": " ".join(text.split())}
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text and text.strip()
    ]


def pipe_tables(markdown: str) -> Iterator[list[dict[str, Any]]]:
    """The cells of each pipe table."""
    for match in re.finditer(r"(?:^\|.*\|[ \t]*\n?)+", markdown, re.MULTILINE):
        rows = [line.strip()[1:-1].split("|") for line in match[0].splitlines()]
        kept = [row for row in rows if not all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in row)]
        yield grid([[re.sub(r"<br\s*/?>|\*\*|</?[a-z]+>", " ", cell) for cell in row] for row in kept])


def main(tool: str, out: Path) -> None:
    """Read every file that is named on standard input."""
    out.mkdir(parents=True, exist_ok=True)
    log = out / "seconds.json"
    seconds = json.loads(log.read_text()) if log.exists() else {}
    read = None
    for line in sys.stdin:
        item = json.loads(line)
        if item["id"] in seconds:
            continue
        read = read or TOOLS[tool]()
        began = time.perf_counter()
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                text, structure = read(item["path"])
        except Exception as error:  # noqa: BLE001  whatever a tool does not read counts as empty
            print(f"{tool}: {item['id']}: {type(error).__name__}: {error}", file=sys.stderr)
            seconds[item["id"]] = None
        else:
            seconds[item["id"]] = time.perf_counter() - began
            (out / f"{item['id']}.md").write_text(text, encoding="utf-8", errors="replace")
            (out / f"{item['id']}.json").write_text(json.dumps(structure), encoding="utf-8")
        log.write_text(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
