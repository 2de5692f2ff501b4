"""Whole sentences, as many as fit, with a preference for cuts between paragraphs."""

from typing import Literal

from models.document import Document
from models.options import ChunkingOptions, SentenceOptions
from services.segmentation.blocks import block_units
from services.segmentation.ladder import split
from services.segmentation.plan import Flow
from services.segmentation.tools import Tools


class Options(ChunkingOptions, SentenceOptions):
    """Options of `sentence`."""

    strategy: Literal["sentence"] = "sentence"


def plan(document: Document, options: Options, tools: Tools) -> list[Flow]:  # noqa: ARG001 - one shape for all
    """Every sentence is one unit; in code and tables, every line."""
    return [[part for unit in block_units(document) for part in split(document, unit, tools)]]
