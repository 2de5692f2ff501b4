"""Any detector with the outputs of PicoDet, by its manifest."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import ModelError, ModelUnavailable
from models.geometry import Box
from models.options import LayoutMode
from services.extraction.extract import extract
from services.extraction.seeing import Sight
from services.extraction.sight import PageImage
from services.inference.engines import layout_reader
from services.inference.manifests import Manifest, Task, manifests
from tests.support.onnx_files import Array, constant_network
from tests.support.source import ROOT
from tests.unit.extraction.samples import SENTENCES, pdf, write

SIDE = 64
BINS = 8
LABELS = ["text", "stamp"]


def outputs(classes: int = 2) -> dict[str, Array]:
    """One box: the second class, around the cell of stride 8 in row 3 and column 2, two strides each way."""
    scores, edges = {}, {}
    for stride in (8, 16, 32, 64):
        cells = (SIDE // stride) ** 2
        scores[f"scores{stride}"] = np.zeros((1, cells, classes), dtype=np.float32)
        edges[f"edges{stride}"] = np.zeros((1, cells, 4 * BINS), dtype=np.float32)
    cell = 3 * (SIDE // 8) + 2
    scores["scores8"][0, cell, classes - 1] = 0.9
    edges["edges8"][0, cell].reshape(4, BINS)[:, 2] = 100.0
    return {**scores, **edges}


def installed(models: Path, network: bytes, **fields: Any) -> Path:
    """The models folder with the network and its manifest."""
    (models / "manifests").mkdir(parents=True)
    (models / "networks").mkdir()
    (models / "networks" / "own.onnx").write_bytes(network)
    manifest = {
        "name": "own",
        "task": "layout",
        "revision": "r1",
        "sha256": hashlib.sha256(network).hexdigest(),
        "licence": "MIT",
        "url": "https://models.example/own.onnx",
        "labels": LABELS,
        "size": [SIDE, SIDE],
        **fields,
    }
    (models / "manifests" / "own.json").write_text(json.dumps(manifest), encoding="utf-8")
    return models


def network(classes: int = 2) -> bytes:
    return constant_network((1, 3, SIDE, SIDE), outputs(classes))


def test_a_detector_of_the_installation_is_used_with_its_labels(tmp_path: Path) -> None:
    made = network()
    reader = layout_reader(installed(tmp_path, made))
    assert reader.name == f"own-{hashlib.sha256(made).hexdigest()[:8]}"
    (region,) = reader.regions(PageImage(2 * SIDE, SIDE, bytes(2 * SIDE * SIDE)))
    assert region.label == "stamp"
    assert region.score == pytest.approx(0.9)
    assert tuple(region.box) == pytest.approx(Box(2 * 4, 12, 2 * 36, 44), abs=1e-3)


def test_a_document_is_read_with_it_and_loses_nothing(tmp_path: Path) -> None:
    data = pdf(lambda canvas: write(canvas, SENTENCES))
    sight = Sight(layout_mode=LayoutMode.MODEL, layout=layout_reader(installed(tmp_path, network())))
    assert extract(data, sight=sight).text == extract(data).text


@pytest.mark.parametrize("fields", [{"labels": []}, {"size": None}])
def test_a_manifest_that_says_too_little_is_told(tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(ModelUnavailable, match="labels or size"):
        layout_reader(installed(tmp_path, network(), **fields))


def test_another_file_than_the_manifest_says_is_not_run(tmp_path: Path) -> None:
    models = installed(tmp_path, network())
    (models / "networks" / "own.onnx").write_bytes(network(1))
    with pytest.raises(ModelUnavailable, match="not the one Kerf was pinned to"):
        layout_reader(models)
    (models / "networks" / "own.onnx").unlink()
    with pytest.raises(ModelUnavailable, match="kerf models pull own"):
        layout_reader(models)


def test_bytes_that_are_no_network_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        layout_reader(installed(tmp_path, b"no network"))


def test_a_network_that_does_not_fit_its_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="knows 3 classes, its manifest 2"):
        layout_reader(installed(tmp_path / "a", network(3)))
    with pytest.raises(ModelError, match="gave nothing"):
        layout_reader(installed(tmp_path / "b", network(), size=[2 * SIDE, SIDE]))
    odd = constant_network((1, 3, SIDE, SIDE), {"one": np.zeros((1, 4), dtype=np.float32)})
    with pytest.raises(ModelError, match="has not the outputs"):
        layout_reader(installed(tmp_path / "c", odd))


def test_the_manifest_in_the_documentation_is_one() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    example = page.split("## Networks and pictures", 1)[1].split("```json\n", 1)[1].split("```", 1)[0]
    manifest = Manifest.model_validate_json(example)
    assert (manifest.task, manifest.size) == (Task.LAYOUT, (800, 608))


def test_every_network_says_where_it_is_from_and_what_it_must_be(tmp_path: Path) -> None:
    known = manifests(tmp_path)
    assert len({manifest.name for manifest in known}) == len(known)
    for manifest in known:
        assert (manifest.package is None) != (manifest.url is None), manifest.name
        assert manifest.revision
        assert manifest.licence
        assert manifest.path(tmp_path).is_file() == (manifest.package is not None), manifest.name


def test_a_provider_that_is_not_there_is_told_and_no_other_is_taken(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="NoExecutionProvider"):
        layout_reader(tmp_path, ("NoExecutionProvider",))
