"""Topics by what sentences mean and which words come again, however many there are; cut between them."""

from collections.abc import Sequence
from typing import Literal

from models.document import Document
from models.options import ChunkingOptions, EmbeddingOptions, SentenceOptions
from services.segmentation.boundaries.pieces import pieces_of
from services.segmentation.plan import Flow, Plan
from services.segmentation.tools import Tools
from services.segmentation.topic.units import topic_units


class Options(ChunkingOptions, SentenceOptions, EmbeddingOptions):
    """Options of `topic`: none of its own; a cap or a target only cuts topics into smaller parts."""

    strategy: Literal["topic"] = "topic"


def plan(document: Document, options: Options, tools: Tools) -> Sequence[Flow] | Plan:
    """Sentences or lines as units; cuts between topics are demanded, those inside them weighed."""
    units = topic_units(document, tools)
    pieces = pieces_of(units)
    if tools.embed is None or len(pieces) < 2:  # noqa: PLR2004 - nothing lies between fewer
        return [units]
    from services.segmentation.topic.finding import topics_in  # noqa: PLC0415  loads numpy

    found = topics_in(document.text, units, pieces, tools.embed)
    return Plan([found.weighed(units, pieces, demanded=not options.min_tokens)], links=found.links())
