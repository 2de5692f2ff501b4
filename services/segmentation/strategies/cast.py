"""Source code along its syntax tree: declarations stay whole with what is said of them, nothing is lost."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import BlockKind, Document
from models.options import ChunkingOptions
from services.segmentation.blocks import block_units
from services.segmentation.code.contexts import CodeContexts
from services.segmentation.code.grammars import parse
from services.segmentation.code.languages import HASH, LANGUAGES, MEDIA_TYPES
from services.segmentation.code.notes import CodeNotes
from services.segmentation.code.sizes import Sizes
from services.segmentation.code.source import Source
from services.segmentation.code.summaries import opening
from services.segmentation.code.symbols import Symbols, symbols_of
from services.segmentation.code.units import Cutting, code_units, window_units
from services.segmentation.plan import Flow, Plan
from services.segmentation.tools import Tools


class Options(ChunkingOptions):
    """Options of `cast`."""

    strategy: Literal["cast"] = "cast"
    mode: Literal["optimal", "paper"] = Field(
        default="optimal",
        description="optimal weighs every cut by its depth; paper splits greedily and merges, as published.",
    )
    context_summaries: bool = Field(
        default=True,
        description="In the context, the first sentence of what a file or a symbol says of itself follows "
        "its name.",
    )


def plan(document: Document, options: Options, tools: Tools) -> Sequence[Flow] | Plan:
    """Parts of the source as units; what is no source code is cut as `recursive` cuts it."""
    language = language_of(document)
    if not document.has_text or (language is None and not _is_code(document)):
        return [block_units(document)]
    source = Source(document.text)
    root = parse(language, source.data).root_node if language else None
    symbols = symbols_of(root, source, language) if root and language else Symbols()
    comment = LANGUAGES[language].comment if language else HASH
    said = opening(root, source) if root and options.context_summaries else None
    contexts = CodeContexts(document, symbols, comment, tools.tokenizer, options, said)
    most = options.max_tokens - options.overlap_tokens - tools.tokenizer.specials
    cutting = Cutting(
        document.text,
        Sizes(document.text, tools.tokenizer),
        (lambda at: most - contexts.context(at).tokens) if options.heading_context else lambda _: most,
    )
    if root and options.mode == "paper":
        units = window_units(source, root, cutting)
    else:
        units = code_units(source, language, root, cutting)
    return Plan([units], contexts, CodeNotes(document, language, symbols))


def language_of(document: Document) -> str | None:
    """The language in which the document is written, if there is a grammar for it."""
    if document.pages:
        return None
    named = document.metadata.get("language", "")
    return named if named in LANGUAGES else MEDIA_TYPES.get(document.media_type)


def _is_code(document: Document) -> bool:
    if document.pages:
        return False
    return bool(document.metadata.get("language")) or all(
        block.kind is BlockKind.CODE for block in document.blocks
    )
