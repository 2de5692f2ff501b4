"""SaT networks of every precision from folders and manifests, and what is said of those that are none."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.errors import InvalidInput, InvalidOptions, ModelError, ModelUnavailable
from services.inference.manifests import named
from services.inference.sat.adding import add_folder
from services.inference.sat.loading import from_folder, from_manifest
from services.inference.sat.model import SatModel
from services.inference.sat.options import Decoding, Windows
from tests.support.onnx_files import constant_network
from tests.support.sat_files import Graph, in_eight_bits
from tests.unit.inference.sat.texts import TEXTS

TEXT = TEXTS[1]
KNOWN: dict[str, str | float] = {"name": "tiny", "licence": "MIT", "revision": "1", "threshold": 0.25}
GRAPH, TOKENIZER = "model_optimized.onnx", "tokenizer.json"


def probabilities(model: SatModel) -> list[float]:
    return [found.probability for found in model.boundaries_of([TEXT])]


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A folder that a test may spoil."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def size_of(folder: Path) -> int:
    return len(json.loads((folder / TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"])


@pytest.mark.parametrize("mask", [np.float32, np.int64, np.float16])
def test_a_graph_gets_the_types_it_declares(copy: Path, mask: type, model: SatModel) -> None:
    (copy / GRAPH).unlink()
    (copy / "model.onnx").write_bytes(Graph(mask=mask).bytes(size_of(copy)))
    assert probabilities(from_folder(copy)) == pytest.approx(probabilities(model), abs=1e-2)


def test_weights_of_eight_bits_are_run(copy: Path, model: SatModel) -> None:
    whole = copy / "whole.onnx"
    whole.write_bytes(Graph().bytes(size_of(copy)))
    in_eight_bits(whole, copy / GRAPH)
    assert (copy / GRAPH).stat().st_size < whole.stat().st_size
    assert np.corrcoef(probabilities(from_folder(copy)), probabilities(model))[0, 1] > 0.9


def test_the_threshold_is_what_is_declared_and_never_guessed(copy: Path) -> None:
    small = copy.rename(copy.parent / "sat-3l-sm")
    with pytest.raises(InvalidOptions, match="no threshold"):
        list(from_folder(small).sentences(TEXT))
    (small / "config.json").write_text('{"threshold": 0.9}', encoding="utf-8")
    declared = list(from_folder(small).sentences(TEXT))
    assert declared == list(from_folder(small, threshold=0.9).sentences(TEXT))
    assert declared == list(from_folder(small, threshold=0.1).sentences(TEXT, Decoding(0.9)))
    assert len(declared) < len(list(from_folder(small, threshold=0.1).sentences(TEXT)))


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        (GRAPH, b"no graph", "cannot be loaded"),
        (GRAPH, constant_network((1, 3), {"logits": np.zeros((1, 3), np.float32)}), "takes input_ids"),
        (TOKENIZER, b"{}", "tokenizer.json cannot be read"),
        ("config.json", b"[]", "config.json cannot be read"),
        ("config.json", b'{"threshold": "0.5"}', "no number"),
    ],
)
def test_what_is_no_sat_network_is_told(copy: Path, file: str, content: bytes, why: str) -> None:
    (copy / file).write_bytes(content)
    with pytest.raises(ModelError, match=why):
        from_folder(copy)


def test_a_tokenizer_of_another_kind_is_told(copy: Path) -> None:
    known = (copy / TOKENIZER).read_text(encoding="utf-8")
    (copy / TOKENIZER).write_text(known.replace("<pad>", "[PAD]"), encoding="utf-8")
    with pytest.raises(ModelError, match="knows no <pad>"):
        from_folder(copy)


def test_what_is_missing_is_told(copy: Path, folder: Path) -> None:
    (copy / TOKENIZER).unlink()
    with pytest.raises(ModelUnavailable, match=TOKENIZER):
        from_folder(copy)
    assert probabilities(from_folder(copy, tokenizer=folder / TOKENIZER))
    (copy / GRAPH).unlink()
    with pytest.raises(ModelUnavailable, match=r"has no model_optimized\.onnx or model\.onnx"):
        from_folder(copy)


def test_a_provider_that_is_not_here_is_told(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match="has no NowhereExecutionProvider"):
        from_folder(folder, providers=("NowhereExecutionProvider", "CPUExecutionProvider"))


def test_one_of_ones_own_is_pinned_and_loaded_by_its_manifest(
    folder: Path, copy: Path, tmp_path: Path
) -> None:
    (copy / TOKENIZER).unlink()
    models = tmp_path / "models"
    add_folder(copy, models, KNOWN, folder / TOKENIZER)
    manifest = named("tiny", models)
    loaded = from_manifest(manifest, models)
    assert list(loaded.sentences(TEXT)) == list(from_folder(folder, threshold=0.25).sentences(TEXT))
    with pytest.raises(InvalidInput, match="already"):
        add_folder(folder, models, KNOWN)
    with (manifest.path(models) / TOKENIZER).open("a") as file:
        file.write(" ")
    with pytest.raises(ModelUnavailable, match="pinned"):
        from_manifest(manifest, models)


@pytest.mark.parametrize("wrong", [{"threshold": 1.5}, {"name": "../up"}, {"licence": "x" * 300}])
def test_what_cannot_be_declared_leaves_nothing_behind(
    folder: Path, tmp_path: Path, wrong: dict[str, str | float]
) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        add_folder(folder, tmp_path / "models", {**KNOWN, **wrong})
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("sizes", [(511, 1), (16, 17), (16, 0)])
def test_impossible_windows_are_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(InvalidOptions):
        Windows(*sizes)
