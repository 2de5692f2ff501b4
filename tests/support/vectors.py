"""Rows of length 1, and documents and tools for strategies that cut by them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from models.document import Block, BlockKind, Document
from models.options import ChunkingOptions
from models.span import Span
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

Floats = npt.NDArray[np.float32]

WORDS: ChunkingOptions = parse_options({"strategy": "sentence", "tokenizer": "words"})
TOOLS = Toolkit(Path("no-models-here")).tools(WORDS)
"""Those that embed nothing."""


def rows(least: int, most: int, width: int = 3) -> st.SearchStrategy[Floats]:
    """Any so many, some of them equal, some opposite."""
    numbers = st.integers(-4, 4).map(float)
    vectors = st.lists(numbers, min_size=width, max_size=width).filter(any)
    return st.lists(vectors, min_size=least, max_size=most).map(_of_length_one)


def _of_length_one(drawn: list[list[float]]) -> Floats:
    found = np.array(drawn)
    rows: Floats = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return rows


def paragraphs(*texts: str, kinds: Sequence[BlockKind] = ()) -> Document:
    """Blocks one below the other; paragraphs where no kinds are given."""
    text, blocks = "", []
    for number, words in enumerate(texts):
        kind = kinds[number] if kinds else BlockKind.PARAGRAPH
        level = int(kind is BlockKind.HEADING)
        blocks.append(Block(Span(len(text), len(text) + len(words)), kind, level))
        text += words + "\n\n"
    return Document(text, "text/plain", "0" * 64, tuple(blocks))
