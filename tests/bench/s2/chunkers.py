"""What is held against S2: a Document and a limit in characters → chunks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.chunk import Chunk
from models.document import Document
from models.span import Span
from services import pipeline
from services.inference.embedders import Embedders
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from tests.bench.s2.hierarchical import hierarchical
from tests.bench.s2.published import published

Chunker = Callable[[Document, int], Sequence[Chunk]]
Floats = npt.NDArray[np.float32]

_MODELS = Path("no-models-here")
_KNOWN: dict[str, Floats] = {}


def embed(texts: Sequence[str]) -> Floats:
    """By MiniLM; each text once."""
    new = list(dict.fromkeys(text for text in texts if text not in _KNOWN))
    if new:
        _KNOWN.update(zip(new, Embedders(_MODELS, None).embed("minilm", "/embedder")(new), strict=True))
    return np.stack([_KNOWN[text] for text in texts])


def sentences(text: str, span: Span) -> list[Span]:
    """By our own engine."""
    return Toolkit(_MODELS).tools(parse_options({"tokenizer": "characters"})).sentences(text, span)


def nothing(texts: Sequence[str]) -> Floats:
    """No meaning: the layout alone."""
    return np.zeros((len(texts), 8), np.float32)


def kerf(strategy: str, vectors: Callable[[Sequence[str]], Floats] = embed, **options: Any) -> Chunker:
    """Ours, with the laws checked."""

    def cut(document: Document, limit: int) -> Sequence[Chunk]:
        raw = {"strategy": strategy, "tokenizer": "characters", "max_tokens": limit, "heading_context": False}
        parsed = parse_options({**raw, **options})
        plain = Toolkit(_MODELS).tools(parse_options({"tokenizer": "characters"}))
        return pipeline.chunk(document, parsed, replace(plain, embed=vectors)).chunks

    return cut


CHUNKERS: dict[str, Chunker] = {
    "s2 ordered": kerf("s2"),
    "s2 spectral": kerf("s2", mode="spectral"),
    "s2 paper": kerf("s2", mode="paper"),
    "as published": lambda document, limit: published(document, limit, embed),
    "layout only": kerf("s2", nothing),
    "meaning only": kerf("cluster"),
    "recursive": kerf("recursive"),
    "hierarchical": hierarchical,
    "section": kerf("section"),
}
