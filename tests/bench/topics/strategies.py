"""Where the chunks of a strategy begin, as numbers of units."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np

from models.limits import DEFAULT_LIMITS
from models.options import ChunkingOptions
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.boundaries.vectors import Floats
from services.segmentation.registry import parse_options
from services.segmentation.tools import Tools

WIDE = 1_000_000
"""A cap above the length of every document."""


def starts_by(strategy: str, embedder: str, units: Sequence[str], count: int) -> list[int]:  # noqa: ARG001
    """Of the document with one unit a line; a start inside a unit counts for the nearer end of it."""
    text = "\n".join(units)
    document = pipeline.parse(text.encode(), "document.txt", DEFAULT_LIMITS, lambda *_: None)
    if document.text != text:
        raise ValueError("the canonical text differs")
    options = _options(strategy, embedder)
    begun = list(accumulate((len(unit) + 1 for unit in units), initial=0))
    starts = {0}
    for chunk in pipeline.chunk(document, options, _tools(options)).chunks:
        start = chunk.spans[0].start
        unit = bisect_right(begun, start) - 1
        starts.add(unit + (start - begun[unit] > begun[unit + 1] - start))
    return sorted(starts - {len(units)})


@cache
def _options(strategy: str, embedder: str) -> ChunkingOptions:
    asked = {"strategy": strategy, "tokenizer": "characters", "max_tokens": WIDE, "embedder": embedder}
    if strategy == "recursive":
        del asked["embedder"]
    return parse_options(asked)


@cache
def _tools(options: ChunkingOptions) -> Tools:
    """Texts that come in several documents are embedded once."""
    tools = Toolkit(Path("no-models-here")).tools(options)
    known: dict[str, Floats] = {}

    def embed(texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new and tools.embed is not None:
            known.update(zip(new, tools.embed(new), strict=True))
        return np.array([known[text] for text in texts], np.float32)

    return replace(tools, embed=embed) if tools.embed else tools
