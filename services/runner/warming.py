"""What parsers load on their way, loaded while files can still be opened."""

import gc
import importlib
import pkgutil
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from models.errors import TokenizerUnavailable
from models.limits import DEFAULT_LIMITS
from models.options import ChunkingOptions, EmbeddingOptions, LanguageModelOptions
from models.parsed import parser_profile
from services import pipeline
from services.extraction.values import ignore
from services.inference.toolkit import Toolkit
from services.segmentation.choosing.regions import CHOSEN
from services.segmentation.registry import chooser_of, parse_options
from services.segmentation.tools import Tools

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

FIRST = "recursive"
"""What a parser has loaded when it is ready; what others load takes up to a second, once it is asked for."""

DEFAULT_TOKENIZER = str(ChunkingOptions.model_fields["tokenizer"].default)

PDF = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R
/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj
4 0 obj << /Length 33 >> stream
BT /F 9 Tf 9 50 Td (Warm.) Tj ET
endstream endobj
trailer << /Root 1 0 R >>
"""
TEXTS = (
    ("a.html", b"<!doctype html><title>A</title><p>Warm &amp; <b>dry</b>.<table><tr><td>1</table>"),
    ("a.rtf", b"{\\rtf1{\\b Warm.}\\par}"),
    ("a.eml", b"From: a@b\nMIME-Version: 1.0\nSubject: =?utf-8?b?V2FybQ==?=\n\nWarm.\n"),
    ("a.md", b"---\ntitle: A\n---\n# *Warm*\n\n- one\n\n| a |\n|---|\n| 1 |\n"),
    ("a.py", b"warm = True\n"),
    ("a.ipynb", b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "warm = True"}]}'),
    (
        "a.xml",
        b"<akomaNtoso><act><meta/><section><num>1</num><heading>Warm</heading></section></act></akomaNtoso>",
    ),
    ("a.txt", "Ein Wörtchen, das früher wärmte, schmückt ältere Sätze.".encode("cp1252")),
)
_OPEN_XML = "http://schemas.openxmlformats.org"
_PACKAGE = "application/vnd.openxmlformats-package"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DOCX_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_OPEN_XML}/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_PACKAGE}.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_OPEN_XML}/package/2006/relationships"><Relationship Id="r" '
    f'Type="{_OPEN_XML}/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{_OPEN_XML}/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    "<w:t>Warm.</w:t></w:r></w:p></w:body></w:document>",
}


class Warmth:
    """Small documents of each kind, read at once; and cut by each strategy before its first request.

    What a strategy loads is loaded by then, in the process that the forks come from.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self.toolkit = toolkit
        _load_encodings()
        parser_profile()  # reads the version of a package from disk, once
        with suppress(TokenizerUnavailable):  # said again, typed, to whoever asks for it
            toolkit.tokenizer(DEFAULT_TOKENIZER)
        sources = (("a.pdf", PDF), ("a.docx", _docx()), *TEXTS)
        self._documents = [pipeline.parse(data, name, DEFAULT_LIMITS, ignore) for name, data in sources]
        self._strategies: set[tuple[str, str | None]] = set()
        self.cut_by(FIRST)

    def cut_by(self, strategy: str, mode: str | None = None) -> None:
        """Run the strategy over the documents, once, in this mode of it; or those that it may choose."""
        if (strategy, mode) in self._strategies:
            return
        for name in CHOSEN if chooser_of(strategy) else (strategy,):
            options = parse_options(
                {"strategy": name, "tokenizer": "words", **({"mode": mode} if mode else {})}
            )
            tools = _tools(self.toolkit, options)
            for document in self._documents:
                pipeline.chunk(document, options, tools)
        self._strategies.add((strategy, mode))
        gc.collect()
        gc.freeze()  # the forks share these pages as long as nobody touches them


def _tools(toolkit: Toolkit, options: ChunkingOptions) -> Tools:
    """Networks are large: one is loaded for the first document whose options ask for it."""
    if isinstance(options, EmbeddingOptions | LanguageModelOptions):
        return replace(toolkit.tools(parse_options({"tokenizer": options.tokenizer})), embed=_nothing)
    return toolkit.tools(options)


def _nothing(texts: Sequence[str]) -> "Floats":
    import numpy as np  # noqa: PLC0415 - loaded by then

    return np.zeros((len(texts), 1), np.float32)


def _load_encodings() -> None:
    for module in pkgutil.iter_modules(importlib.import_module("encodings").__path__):
        with suppress(ImportError):  # those of other systems
            importlib.import_module(f"encodings.{module.name}")


def _docx() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in DOCX_PARTS.items():
            archive.writestr(name, text)
    return buffer.getvalue()
