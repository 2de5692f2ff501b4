"""The embedder that options name; each is loaded on first use."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from models.errors import ModelUnavailable
from models.span import Span
from services.inference.manifests import Task, named
from services.inference.providers import CPU

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

_WARMING = ("All that is needed is loaded now.", "While files can be opened.")
_KEPT = 2
"""Embedders kept in memory; one job after the other takes them as they are."""

MINILM, MINILM_FP32, STATIC = "minilm", "minilm-fp32", "static"


class Engine(Protocol):
    """What texts are embedded by."""

    def embed(self, texts: Sequence[str]) -> "Floats":
        """One row of length 1 for each text; ModelError."""


def embedding_of(
    name: str, models: Path, providers: tuple[str, ...] = CPU
) -> "Callable[[Sequence[str]], Floats]":
    """A row of length 1 for each text; ModelUnavailable, ModelError."""
    return _loaded(name, models, providers).embed


def late_of(
    name: str, models: Path, providers: tuple[str, ...] = CPU
) -> "Callable[[str, Sequence[Span]], Floats]":
    """A row for each span of a text, read with the text around it; ModelUnavailable, ModelError."""
    from services.inference.embedding.embedder import Embedder  # noqa: PLC0415  loads numpy and onnxruntime
    from services.inference.embedding.late import late  # noqa: PLC0415  the same

    engine = _loaded(name, models, providers)
    if not isinstance(engine, Embedder) or not engine.tells_subwords:
        raise ModelUnavailable(f"the embedder {name} gives vectors of whole texts only")
    return partial(late, engine)


@lru_cache(_KEPT)
def _loaded(name: str, models: Path, providers: tuple[str, ...]) -> Engine:
    """Loaded, and run once: nothing is left to be opened."""
    engine = _engine(name, models, providers)
    engine.embed(_WARMING)
    return engine


def _engine(name: str, models: Path, providers: tuple[str, ...]) -> Engine:
    from services.inference.embedding.declared import declared  # noqa: PLC0415  loads numpy and onnxruntime
    from services.inference.embedding.embedder import embedder  # noqa: PLC0415  the same
    from services.inference.embedding.static import static  # noqa: PLC0415  loads numpy

    if name == STATIC:
        return static()
    if name in (MINILM, MINILM_FP32):
        return embedder(models, providers=providers, int8=name == MINILM)
    manifest = named(name, models)
    if manifest.task is not Task.EMBEDDING:
        raise ModelUnavailable(f"{name} is no network that embeds texts")
    return declared(manifest, models, providers=providers)
