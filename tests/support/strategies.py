"""Tools for every strategy that are quick: laws hold whatever an embedder or a language model says."""

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models.options import ChunkingOptions, EmbeddingOptions, LanguageModelOptions
from models.span import Span
from services.inference.embedding.engines import STATIC
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from services.segmentation.tools import Tools

Floats = npt.NDArray[np.float32]
WIDTH = 16


def tools_of(toolkit: Toolkit, options: ChunkingOptions) -> Tools:
    """What the options ask for: the embedder that is quick, and for a language model what hashes."""
    if isinstance(options, EmbeddingOptions):
        return toolkit.tools(options.model_copy(update={"embedder": STATIC}))
    if isinstance(options, LanguageModelOptions):
        plain = toolkit.tools(parse_options({"tokenizer": options.tokenizer}))
        return replace(plain, language_model=Hashing())
    return toolkit.tools(options)


class Hashing:
    """Finds texts surprising by what they hash to."""

    def surprisals(self, text: str, spans: Sequence[Span]) -> list[float]:
        return [crc32(span.of(text).encode()) / (1 << 32) for span in spans]

    def margin(self, before: str, after: str) -> float:
        return crc32((before + after).encode()) / (1 << 31) - 1


def hashed(texts: Sequence[str]) -> Floats:
    """Rows without an embedder: texts with the same words are near each other, one without any is zero."""
    rows = np.zeros((len(texts), WIDTH), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.split():
            row[crc32(word.encode()) % WIDTH] += 1
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
    found: Floats = (rows / lengths).astype(np.float32)
    return found
