"""Tools for every strategy without a network: laws hold whatever an embedder says."""

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models.options import ChunkingOptions, EmbeddingOptions
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from services.segmentation.tools import Tools

Floats = npt.NDArray[np.float32]
WIDTH = 16


def tools_of(toolkit: Toolkit, options: ChunkingOptions) -> Tools:
    """What the options ask for; of what embeds, hashes of words."""
    if not isinstance(options, EmbeddingOptions):
        return toolkit.tools(options)
    plain = toolkit.tools(parse_options({"tokenizer": options.tokenizer}))
    return replace(plain, embed=hashed)


def hashed(texts: Sequence[str]) -> Floats:
    """Texts with the same words are near each other; one without any is zero."""
    rows = np.zeros((len(texts), WIDTH), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.split():
            row[crc32(word.encode()) % WIDTH] += 1
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
    found: Floats = (rows / lengths).astype(np.float32)
    return found
