"""SaT networks from folders and manifests; nothing is looked for anywhere else."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import ModelError, ModelUnavailable
from services.inference.manifests import Manifest
from services.inference.onnx import Model
from services.inference.providers import CPU
from services.inference.sat.model import SatModel
from services.inference.sat.network import AT_ONCE, ON_DEVICE, Network
from services.inference.sat.subwords import Subwords

GRAPHS = ("model_optimized.onnx", "model.onnx")
"""Names of the graph, the first one that is there."""
TOKENIZER, CONFIG = "tokenizer.json", "config.json"


def from_folder(
    folder: Path,
    *,
    tokenizer: Path | None = None,
    threshold: float | None = None,
    providers: tuple[str, ...] = CPU,
) -> SatModel:
    """A folder as SaT networks are published; `tokenizer` is XLM-R's tokenizer.json if it lies elsewhere.

    Without a `threshold` it is that of the key `threshold` of config.json, if there is one.
    ModelUnavailable when a file is missing, ModelError when one cannot be used.
    """
    files = {name: (folder / name).read_bytes() for name in names_in(folder)}
    if tokenizer is not None:
        files[TOKENIZER] = _read(tokenizer)
    return _model(files, threshold, providers)


def names_in(folder: Path) -> list[str]:
    """The files of a network in a folder: one graph, and what is there of tokenizer and configuration."""
    graph = next((name for name in GRAPHS if (folder / name).is_file()), None)
    if graph is None:
        raise ModelUnavailable(f"{folder.name} has no {' or '.join(GRAPHS)}")
    return [graph, *(name for name in (TOKENIZER, CONFIG) if (folder / name).is_file())]


def from_manifest(manifest: Manifest, models: Path, *, providers: tuple[str, ...] = CPU) -> SatModel:
    """One that was pulled or added, with the threshold of its manifest; ModelUnavailable, ModelError."""
    return _model(manifest.contents(models), manifest.threshold, providers)


def _model(files: Mapping[str, bytes], threshold: float | None, providers: tuple[str, ...]) -> SatModel:
    graph = next((files[name] for name in GRAPHS if name in files), None)
    if graph is None or TOKENIZER not in files:
        missing = TOKENIZER if graph is not None else " or ".join(GRAPHS)
        raise ModelUnavailable(f"the network has no {missing}")
    if threshold is None and CONFIG in files:
        threshold = _threshold(files[CONFIG])
    subwords = Subwords(files[TOKENIZER])
    at_once = AT_ONCE if providers == CPU else ON_DEVICE
    network = Network(Model(graph, providers=providers), subwords, at_once)
    return SatModel(network, subwords, threshold)


def _threshold(config: bytes) -> float | None:
    try:
        found: Any = json.loads(config).get("threshold")
    except (ValueError, AttributeError):
        raise ModelError("The network's config.json cannot be read.") from None
    if found is not None and not (isinstance(found, int | float) and 0 <= found < 1):
        raise ModelError("The threshold of the network's config.json is no number from 0 to 1.")
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"{path.name}: {error.strerror}") from None
