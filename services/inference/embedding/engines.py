"""The embedder that options name; each is loaded on first use."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelUnavailable
from services.inference.manifests import Task, named
from services.inference.providers import CPU

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

_WARMING = ("All that is needed is loaded now.", "While files can be opened.")
_KEPT = 2
"""Embedders kept in memory; one job after the other takes them as they are."""

MINILM, MINILM_FP32 = "minilm", "minilm-fp32"


@lru_cache(_KEPT)
def embedding_of(
    name: str, models: Path, providers: tuple[str, ...] = CPU
) -> "Callable[[Sequence[str]], Floats]":
    """Loaded, and run once: nothing is left to be opened. A row of length 1 for each text.

    ModelUnavailable, ModelError.
    """
    embed = _loaded(name, models, providers)
    embed(_WARMING)
    return embed


def _loaded(name: str, models: Path, providers: tuple[str, ...]) -> "Callable[[Sequence[str]], Floats]":
    from services.inference.embedding.declared import declared  # noqa: PLC0415  loads numpy and onnxruntime
    from services.inference.embedding.embedder import embedder  # noqa: PLC0415  the same

    if name in (MINILM, MINILM_FP32):
        return embedder(models, providers=providers, int8=name == MINILM).embed
    manifest = named(name, models)
    if manifest.task is not Task.EMBEDDING:
        raise ModelUnavailable(f"{name} is no network that embeds texts")
    return declared(manifest, models, providers=providers).embed
