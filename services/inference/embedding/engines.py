"""The embedder that options name; each is loaded on first use."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelUnavailable

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

_WARMING = ("All that is needed is loaded now.", "While files can be opened.")
_KEPT = 2
"""Embedders kept in memory; one job after the other takes them as they are."""

MINILM = "minilm"


@lru_cache(_KEPT)
def embedding_of(name: str, models: Path) -> "Callable[[Sequence[str]], Floats]":
    """Loaded, and run once: nothing is left to be opened. A row of length 1 for each text.

    ModelUnavailable, ModelError.
    """
    if name != MINILM:
        raise ModelUnavailable(f"there is no embedder {name!r}", pointer="/embedder")
    from services.inference.embedding.embedder import embedder  # noqa: PLC0415  loads numpy and onnxruntime

    embed = embedder(models).embed
    embed(_WARMING)
    return embed
