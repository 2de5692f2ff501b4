"""Source code along its syntax tree: declarations stay whole with what is said of them, nothing is lost."""

from typing import Literal

from models.document import BlockKind, Document
from models.options import ChunkingOptions
from services.segmentation.blocks import block_units
from services.segmentation.code.languages import MEDIA_TYPES
from services.segmentation.code.sizes import Sizes
from services.segmentation.code.source import Source
from services.segmentation.code.units import Cutting, code_units
from services.segmentation.plan import Flow
from services.segmentation.tools import Tools


class Options(ChunkingOptions):
    """Options of `cast`."""

    strategy: Literal["cast"] = "cast"


def plan(document: Document, options: Options, tools: Tools) -> list[Flow]:
    """Parts of the source as units; what is no source code is cut as `recursive` cuts it."""
    language = MEDIA_TYPES.get(document.media_type)
    if not document.has_text or document.pages or (language is None and not _is_code(document)):
        return [block_units(document)]
    room = options.max_tokens - options.overlap_tokens - tools.tokenizer.specials
    sizes = Sizes(document.text, tools.tokenizer)
    return [code_units(Source(document.text), language, Cutting(document.text, sizes, lambda _: room))]


def _is_code(document: Document) -> bool:
    return all(block.kind is BlockKind.CODE for block in document.blocks)
