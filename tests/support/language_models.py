"""Causal language models with known perplexities: tables of which word follows which, as ONNX graphs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

Table = npt.NDArray[np.float64]


def graph(table: Table, *, places: bool = False) -> bytes:
    """Row i: how likely each token is after token i, as logits that are not normalised."""
    inputs = ["input_ids", "attention_mask", *(["position_ids"] if places else [])]
    logits = (np.log(table) + np.arange(len(table))[:, None]).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", inputs[1:2], ["mask"], to=1),
    ]
    nodes += [
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["logits"]),
    ]
    weights = [numpy_helper.from_array(logits, "table"), numpy_helper.from_array(np.array([2]), "last")]
    shape = ["batch", "sequence"]
    given = [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, shape) for name in inputs]
    found = [helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, [*shape, len(table)])]
    made = helper.make_graph(nodes, "bigrams", given, found, weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def tokenizer(words: Sequence[str]) -> bytes:
    """A token for each word, and for each mark; the first stands for all that are unknown."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {word: i for i, word in enumerate(words)}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token=words[0]))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return str(made.to_str()).encode()


def declared(models: Path, name: str, files: Mapping[str, bytes], **known: object) -> None:
    """In the models folder, with a manifest."""
    folder = models / "networks" / name
    folder.mkdir(parents=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    parts = [{"file": file, "sha256": hashlib.sha256(data).hexdigest()} for file, data in files.items()]
    told = {
        "name": name,
        "task": "language-model",
        "revision": "1",
        "licence": "none",
        "files": parts,
        **known,
    }
    (models / "manifests").mkdir(exist_ok=True)
    (models / "manifests" / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
