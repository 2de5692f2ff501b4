"""Chunkers of plain text by name, ours and others'."""

from dataclasses import replace
from functools import cache
from hashlib import sha256

from models.document import Document
from models.limits import DEFAULT_LIMITS
from models.options import ChunkingOptions, EmbeddingOptions
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options
from services.segmentation.tools import Tools
from tests.bench.retrieval.peers import peers
from tests.bench.retrieval.pieces import Chunker, Piece, Pieces
from tests.bench.retrieval.ranking import MODELS, Embeds, shipped

TARGET = 0.4
"""Drawn to this part of the limit chunks may differ in size as what they hold does."""


@cache
def read(text: str) -> Document:
    """As a document of plain text; remembered, for every limit wants it."""
    return pipeline.parse(text.encode(), "document.txt", DEFAULT_LIMITS, lambda *_: None)


@cache
def _toolkit() -> Toolkit:
    return Toolkit(MODELS)


def _tools(options: ChunkingOptions, embeds: Embeds) -> Tools:
    tools, name = _toolkit().tools(options), options.model_dump().get("embedder")
    return replace(tools, embed=embeds(name)) if name else tools


def kerf(strategy: str, target: float | None = None, embeds: Embeds = shipped, **options: object) -> Chunker:
    """Ours with metadata and the check of the laws; the limit counts characters, contexts too.

    `target`: drawn to this part of the limit.
    """

    def cut(text: str, limit: int) -> Pieces:
        document = read(text)
        if document.text != text:
            raise ValueError(f"canonical text differs: {sha256(text.encode()).hexdigest()[:8]}")
        drawn = {"target_tokens": max(1, int(target * limit))} if target else {}
        parsed = parse_options(
            {"strategy": strategy, "tokenizer": "characters", "max_tokens": limit, **drawn, **options}
        )
        chunks = pipeline.chunk(document, parsed, _tools(parsed, embeds)).chunks
        return [Piece(chunk.spans, chunk.context) for chunk in chunks]

    return cut


def chunkers(embeds: Embeds = shipped) -> dict[str, Chunker]:
    """All of them; those that embed texts do it with `embeds`."""
    return {
        **peers(embeds),
        **{f"kerf {name}": kerf(name, embeds=embeds, heading_context=False) for name in STRATEGIES},
        **{f"kerf {name} with contexts": kerf(name, embeds=embeds) for name in STRATEGIES},
        **{
            f"kerf {name} to {TARGET}": kerf(name, TARGET, embeds=embeds, heading_context=False)
            for name in STRATEGIES
        },
        **{
            f"kerf {name} to {TARGET}, static": kerf(
                name, TARGET, embeds=embeds, heading_context=False, embedder="static"
            )
            for name in STRATEGIES
            if issubclass(STRATEGIES[name].Options, EmbeddingOptions)
        },
        "kerf section, a quarter": kerf("section", 0.25, heading_context=False),
    }
