"""Legal texts along their numbered parts: sections stay whole, only siblings are joined."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions, EntityOptions
from models.span import Span
from services.segmentation.plan import Flow, Plan
from services.segmentation.section.contexts import SectionContexts
from services.segmentation.section.units import section_units
from services.segmentation.sizes import Sizes
from services.segmentation.tools import Tools

SHARE = 8
"""Without a target small sections are joined up to this share of the cap: found alone they say more."""


class Options(ChunkingOptions, EntityOptions):
    """Options of `section`; the target is an eighth of the cap when not given."""

    strategy: Literal["section"] = "section"
    definitions: Literal["apart", "together"] = Field(
        default="apart",
        description="apart makes a chunk of every defined term, together joins them as other sections.",
    )

    @property
    def target(self) -> int:
        """The size small sections are joined to, and large ones cut to."""
        return self.target_tokens or max(self.min_tokens, 1, self.max_tokens // SHARE)


def plan(document: Document, options: Options, tools: Tools) -> Sequence[Flow] | Plan:
    """Sections as units, whole while they fit; documents without any are cut between their blocks."""
    from services.outline.outline import outline_of  # noqa: PLC0415 - their patterns take 0.1 s to compile
    from services.segmentation.section.notes import SectionNotes  # noqa: PLC0415

    outline = (tools.outline and tools.outline(document)) or outline_of(document)
    contexts = SectionContexts(document, outline, tools, options.max_tokens, wanted=options.heading_context)
    sizes = Sizes(document.text, tools.tokenizer)
    most = options.max_tokens - options.overlap_tokens - tools.tokenizer.specials

    def fits(span: Span) -> bool:
        return sizes.fits(span.start, span.end, most - contexts.context(span.start).tokens)

    units = section_units(document, outline, fits, definitions_apart=options.definitions == "apart")
    entities = tools.entities(document.text) if tools.entities else ()
    notes = SectionNotes(document, outline, contexts, entities)
    return Plan([units], contexts, notes, notes)
