"""Embedders of an operator: small networks made here, declared by manifest, held against plain numpy."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from models.errors import ModelError, ModelUnavailable
from services.inference.boundaries.arrays import Floats
from services.inference.embedding.engines import embedding_of
from services.inference.manifests import FOLDER, MANIFESTS

VOCABULARY = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "a": 4, "cat": 5, "sleeps": 6, "query": 7}
TABLE = np.random.default_rng(0).normal(0, 1, (len(VOCABULARY), 8)).astype(np.float32)
TEXTS = ("a cat sleeps", "cat", "", "a " * 30)
WORDS = ([1, 4, 5, 6, 2], [1, 5, 2], [1, 2], [1, *[4] * 14, 2])
"""What a network of 16 subwords reads of the texts."""


def tokenizer() -> bytes:
    made = Tokenizer(models.WordLevel(VOCABULARY, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return bytes(made.to_str(), "utf-8")


def network(*, inputs: Sequence[str] = ("input_ids", "attention_mask")) -> bytes:
    """Outputs: a number a text, a row a text, a row a subword."""
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["states"]),
        helper.make_node("ReduceSum", ["states", "axis"], ["texts"], keepdims=0),
        helper.make_node("ReduceSum", ["texts", "axis"], ["sizes"], keepdims=0),
    ]
    shapes: dict[str, list[str | int]] = {
        "sizes": ["batch"],
        "texts": ["batch", 8],
        "states": ["batch", "length", 8],
    }
    graph = helper.make_graph(
        nodes,
        "embedder",
        [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, ["batch", "length"]) for name in inputs],
        [
            helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
            for name, shape in shapes.items()
        ],
        [numpy_helper.from_array(TABLE, "table"), numpy_helper.from_array(np.array([1]), "axis")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


FILES = {"model.onnx": network(), "tokenizer.json": tokenizer()}


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., str]:
    """Puts files and a manifest there; gives the name."""

    def put(files: dict[str, bytes] | None = None, **known: Any) -> str:
        folder = tmp_path / FOLDER / "tiny"
        folder.mkdir(parents=True)
        parts = []
        for name, content in (FILES if files is None else files).items():
            (folder / name).write_bytes(content)
            parts.append({"file": name, "sha256": hashlib.sha256(content).hexdigest()})
        manifest = {"name": "tiny", "task": "embedding", "revision": "1", "licence": "MIT", "files": parts}
        (tmp_path / MANIFESTS).mkdir()
        (tmp_path / MANIFESTS / "tiny.json").write_text(json.dumps({**manifest, **known}), encoding="utf-8")
        return "tiny"

    return put


def rows_of(pooling: str, ids: Sequence[int]) -> Floats:
    made = {
        "mean": TABLE[ids].mean(0),
        "cls": TABLE[ids[0]],
        "last": TABLE[ids[-1]],
        "none": TABLE[ids].sum(0),
    }
    found: Floats = made[pooling] / np.linalg.norm(made[pooling])
    return found


@pytest.mark.parametrize("pooling", ["mean", "cls", "last"])
def test_subwords_become_one_vector_as_the_manifest_says(
    declare: Callable[..., str], tmp_path: Path, pooling: str
) -> None:
    found = embedding_of(declare(pooling=pooling, longest=16), tmp_path)(TEXTS)
    assert found.dtype == np.float32
    assert np.allclose(found, [rows_of(pooling, ids) for ids in WORDS], atol=1e-6)


def test_a_network_may_give_the_vectors_itself(declare: Callable[..., str], tmp_path: Path) -> None:
    embed = embedding_of(declare(pooling="none", longest=16), tmp_path)
    for text, ids in zip(TEXTS, WORDS, strict=True):
        assert np.allclose(embed([text]), rows_of("none", ids), atol=1e-6)


def test_a_prefix_stands_before_each_text(declare: Callable[..., str], tmp_path: Path) -> None:
    embed = embedding_of(declare(prefix="query ", output="states"), tmp_path)
    assert np.allclose(embed(["cat"]), rows_of("mean", [1, 7, 5, 2]), atol=1e-6)
    assert embed([]).shape == (0, 8)


def test_a_network_gets_the_inputs_it_declares(declare: Callable[..., str], tmp_path: Path) -> None:
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    embed = embedding_of(declare({**FILES, "model.onnx": network(inputs=inputs)}), tmp_path)
    assert np.allclose(embed(["cat"]), rows_of("mean", [1, 5, 2]), atol=1e-6)


@pytest.mark.parametrize(
    ("files", "known"),
    [
        ({"model.onnx": b"no network", "tokenizer.json": tokenizer()}, {}),
        ({"model.onnx": network(), "tokenizer.json": b"{}"}, {}),
        ({**FILES, "model.onnx": network(inputs=("input_ids", "pixels"))}, {}),
        (FILES, {"output": "logits"}),
        (FILES, {"output": "texts", "pooling": "mean"}),
        (FILES, {"output": "states", "pooling": "none"}),
    ],
)
def test_a_network_that_is_no_embedder_is_a_typed_error(
    declare: Callable[..., str], tmp_path: Path, files: dict[str, bytes], known: dict[str, str]
) -> None:
    name = declare(files, **known)
    with pytest.raises(ModelError):
        embedding_of(name, tmp_path)


@pytest.mark.parametrize(
    ("files", "known"),
    [
        ({"model.onnx": network()}, {}),
        ({"tokenizer.json": tokenizer()}, {}),
        ({**FILES, "other.onnx": network()}, {}),
        (FILES, {"task": "sentences"}),
        (FILES, {"pooling": "most"}),
    ],
)
def test_what_is_missing_is_said(
    declare: Callable[..., str], tmp_path: Path, files: dict[str, bytes], known: dict[str, str]
) -> None:
    name = declare(files, **known)
    with pytest.raises(ModelUnavailable):
        embedding_of(name, tmp_path)


def test_a_name_that_nobody_declared_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="there is no model 'unheard-of'"):
        embedding_of("unheard-of", tmp_path)
