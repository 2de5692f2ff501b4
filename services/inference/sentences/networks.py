"""Engines with networks: SaT where one was pulled, and `auto`."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelUnavailable
from models.options import SentenceOptions
from services.inference.manifests import Task, manifests, named
from services.inference.sentences.values import StreamEngine

if TYPE_CHECKING:  # what these load is loaded where it is asked for
    from services.inference.sat.characters import Boundary
    from services.inference.sat.lengths import Lengths
    from services.inference.sat.model import SatModel
    from services.inference.sentences.auto import Other
    from services.inference.windows import Boundaries


_KEPT = 2
"""Networks kept in memory."""


def sat(options: SentenceOptions, models: Path) -> StreamEngine:
    """The network that the options name, or the only one; ModelUnavailable, ModelError."""
    from services.inference.sat.options import Decoding  # noqa: PLC0415

    names = [options.sentence_model] if options.sentence_model else _installed(models)
    if len(names) != 1:
        why = "several SaT networks are installed: name one" if names else "no SaT network is installed"
        raise ModelUnavailable(why, pointer="/sentence_model")
    decoding = Decoding(threshold=options.threshold, lengths=_lengths(options))
    model = _sat_model(names[0], models)
    return lambda parts: model.sentences_of(parts, decoding)


def _lengths(options: SentenceOptions) -> "Lengths | None":
    from services.inference.sat.lengths import OTHERS, TYPICAL, Lengths, Prior  # noqa: PLC0415

    if options.max_length is None:
        return None
    target, spread = TYPICAL.get(options.language or "", OTHERS)
    return Lengths(options.max_length, options.min_length, Prior(options.length_prior), target, spread)


def auto(options: SentenceOptions, models: Path) -> StreamEngine:
    """Kerf's own engine with the SaT network that is there, else with the network that ships with Kerf."""
    from services.inference.sentences.auto import Auto  # noqa: PLC0415

    installed = _installed(models)
    name = options.sentence_model or (installed[0] if len(installed) == 1 else None)
    engine = Auto(_other(name, models), options.language)
    return lambda parts: engine.sentences_of(parts, options.threshold)


def _other(name: str | None, models: Path) -> "Other":
    from services.inference.characters import splitter  # noqa: PLC0415
    from services.inference.sentences.auto import Other  # noqa: PLC0415

    if name is None:
        return Other(lambda texts: map(splitter.boundaries_of, texts), knows_all=False)
    model = _sat_model(name, models)
    return Other(lambda texts: _boundaries(model, texts), knows_all=True)


@lru_cache(_KEPT)
def _sat_model(name: str, models: Path) -> "SatModel":
    from services.inference.sat.loading import from_manifest  # noqa: PLC0415  loads numpy and onnxruntime

    manifest = named(name, models)
    if manifest.task is not Task.SENTENCES:
        raise ModelUnavailable(f"{name} is no network that splits sentences", pointer="/sentence_model")
    return from_manifest(manifest, models)


def _installed(models: Path) -> list[str]:
    """The SaT networks whose files are there."""
    known = [manifest for manifest in manifests(models) if manifest.task is Task.SENTENCES]
    return [it.name for it in known if all(file.path.exists() for file in it.placed(models))]


def _boundaries(model: "SatModel", texts: Sequence[str]) -> Iterator["Boundaries"]:
    """With the probabilities moved, in log odds, so that the network's own threshold is a half."""
    import numpy as np  # noqa: PLC0415

    least = model.threshold
    for found in model.boundaries_of_each(texts):
        inner = found[1:-1]
        probability = np.array([boundary.probability for boundary in inner], np.float32)
        moved = probability * (1 - least) / (probability * (1 - least) + (1 - probability) * least)
        ends, following = (np.array(column, np.int32) for column in _places(inner))
        yield ends, following, moved.astype(np.float32)


def _places(boundaries: Sequence["Boundary"]) -> tuple[list[int], list[int]]:
    return [boundary.end for boundary in boundaries], [boundary.following for boundary in boundaries]
