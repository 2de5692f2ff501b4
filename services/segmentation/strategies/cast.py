"""Source code along its syntax tree: declarations stay whole with what is said of them, nothing is lost."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import BlockKind, Document
from models.options import ChunkingOptions
from services.segmentation.blocks import block_units
from services.segmentation.code.contexts import CodeContexts
from services.segmentation.code.documents import MIXED, is_source, language_of
from services.segmentation.code.inner_notes import InnerNotes, languages_of
from services.segmentation.code.languages import HASH, LANGUAGES
from services.segmentation.code.listings import all_symbols
from services.segmentation.code.mixed import Mixture
from services.segmentation.code.mixed_notes import MixedContexts, MixedNotes
from services.segmentation.code.source import Source
from services.segmentation.code.summaries import opening
from services.segmentation.code.symbols import Symbols
from services.segmentation.code.syntax import symbols_in, syntax_of
from services.segmentation.code.units import Cutting, Room, code_units, window_units
from services.segmentation.contexts import Contexts
from services.segmentation.plan import Flow, Plan
from services.segmentation.sizes import Sizes
from services.segmentation.tools import Tokenizer, Tools


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
    """Parts of the source as units; prose is cut as `recursive` cuts it, the code in it by its own syntax."""
    if not document.has_text:
        return [block_units(document)]
    if is_source(document):
        return _source_plan(document, options, tools)
    if document.media_type in MIXED or any(block.kind is BlockKind.CODE for block in document.blocks):
        return _mixed_plan(document, options, tools)
    return [block_units(document)]


def _source_plan(document: Document, options: Options, tools: Tools) -> Plan:
    language = language_of(document)
    source = Source(document.text)
    syntax = syntax_of(language, source.data) if language else None
    symbols = symbols_in(syntax, source) if syntax else Symbols()
    comment = LANGUAGES[language].comment if language else HASH
    said = opening(syntax.root, source) if syntax and options.context_summaries else None
    contexts = CodeContexts(document, symbols, comment, tools.tokenizer, options, said)
    cutting = Cutting(
        document.text, Sizes(document.text, tools.tokenizer), _room(contexts, options, tools.tokenizer)
    )
    if syntax and options.mode == "paper":
        units = window_units(source, syntax.root, cutting)
    else:
        units = code_units(source, syntax, cutting)
    inner = languages_of(syntax, source) if syntax else ()
    return Plan([units], contexts, InnerNotes(document, language, symbols, inner))


def _mixed_plan(document: Document, options: Options, tools: Tools) -> Plan:
    mixture = Mixture(document)
    symbols = all_symbols(mixture.listings)
    contexts = MixedContexts(document, symbols, tools.tokenizer, options, summaries=options.context_summaries)
    room = _room(contexts, options, tools.tokenizer)
    units = mixture.units(room, tools, is_paper=options.mode == "paper")
    return Plan([units], contexts, MixedNotes(document, mixture, symbols, contexts))


def _room(contexts: Contexts, options: Options, tokenizer: Tokenizer) -> Room:
    """What is left of the cap for a chunk's own text."""
    most = options.max_tokens - options.overlap_tokens - tokenizer.specials
    if not options.heading_context:
        return lambda _: most
    return lambda at: most - contexts.context(at).tokens
