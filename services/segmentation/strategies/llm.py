"""Paragraphs, cut where a large language model of the operator's choice says that the content shifts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from models.document import Document
from models.options import ChunkingOptions
from models.span import Span
from services.segmentation.boundaries.pieces import cut_before
from services.segmentation.boundaries.shifts import passages_of, shifts_in
from services.segmentation.plan import Plan
from services.segmentation.tools import Tools


class Options(ChunkingOptions):
    """Options of `llm`."""

    strategy: Literal["llm"] = "llm"
    group_tokens: int = Field(
        default=550, ge=50, le=8_000, description="About how much the model is shown with each question."
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """What every chunk says where the model did not say all."""

    fallback: str

    def links(self, spans: Sequence[Span], chunk_at: Callable[[int], str]) -> dict[str, Any]:  # noqa: ARG002
        """Why."""
        return {"fallback": self.fallback}


def plan(document: Document, options: Options, tools: Tools) -> Plan:  # noqa: ARG001 - one shape for all
    """Every block is one unit; cuts are demanded where answers that are kept with the document say so."""
    units, pieces = passages_of(document)
    found = shifts_in(document, options.group_tokens)
    starts = set(found.cuts)
    reasons = {
        number: "the content shifts, a language model says"
        for number, piece in enumerate(pieces)
        if number and piece.span.start in starts
    }
    links = Declared(found.fallback) if found.fallback else None
    return Plan([cut_before(units, pieces, reasons)], links=links)
