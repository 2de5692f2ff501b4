"""Paragraphs, packed whole while they fit; a longer one falls apart into sentences, clauses, words."""

from typing import Literal

from models.document import Document
from models.options import ChunkingOptions
from services.segmentation.blocks import block_units
from services.segmentation.plan import Flow
from services.segmentation.tools import Tools


class Options(ChunkingOptions):
    """Options of `recursive`: none of its own."""

    strategy: Literal["recursive"] = "recursive"


def plan(document: Document, options: Options, tools: Tools) -> list[Flow]:  # noqa: ARG001 - one shape for all
    """Every block is one unit."""
    return [block_units(document)]
