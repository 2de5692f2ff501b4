"""SaT networks as they are published, made here: XLM-R in small with random weights, and its tokenizer."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
PADDING = 1


@dataclass
class Graph:
    """Nodes and weights of a growing network of `layers` encoders; `tensor` is the type it computes with."""

    layers: int = 2
    hidden: int = 32
    heads: int = 2
    labels: int = 3
    seed: int = 0
    tensor: Any = np.float32
    mask: Any = np.float32
    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def constant(self, value: Any, kind: Any = None) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value, kind or self.tensor), name))
        return name

    def drawn(self, *shape: int) -> str:
        return self.constant(self.random.normal(0, shape[0] ** -0.5, shape))

    def add(self, kind: str, *inputs: str, **settings: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def normed(self, value: str) -> str:
        scale, bias = self.constant(np.ones(self.hidden)), self.constant(np.zeros(self.hidden))
        return self.add("LayerNormalization", value, scale, bias)

    def split(self, value: str, turn: list[int]) -> str:
        shape = self.constant([0, 0, self.heads, self.hidden // self.heads], np.int64)
        rows = self.add("MatMul", value, self.drawn(self.hidden, self.hidden))
        return self.add("Transpose", self.add("Reshape", rows, shape), perm=turn)

    def encoder(self, value: str, unseen: str) -> str:
        queries, keys = self.split(value, [0, 2, 1, 3]), self.split(value, [0, 2, 3, 1])
        scale = self.constant((self.hidden / self.heads) ** -0.5)
        scores = self.add("Mul", self.add("MatMul", queries, keys), scale)
        shares = self.add("Softmax", self.add("Add", scores, unseen), axis=-1)
        found = self.add("MatMul", shares, self.split(value, [0, 2, 1, 3]))
        shape = self.constant([0, 0, self.hidden], np.int64)
        found = self.add("Reshape", self.add("Transpose", found, perm=[0, 2, 1, 3]), shape)
        found = self.add("MatMul", found, self.drawn(self.hidden, self.hidden))
        value = self.normed(self.add("Add", value, found))
        wide = self.add("MatMul", value, self.drawn(self.hidden, 4 * self.hidden))
        wide = self.add("Mul", wide, self.add("Sigmoid", wide))
        wide = self.add("MatMul", wide, self.drawn(4 * self.hidden, self.hidden))
        return self.normed(self.add("Add", value, wide))

    def embedded(self, vocabulary: int) -> str:
        """Words and places; XLM-R counts places from the padding's id on, and padding has none."""
        padding = self.constant(PADDING, np.int64)
        shown = self.add("Not", self.add("Equal", "input_ids", padding))
        shown = self.add("Cast", shown, to=onnx.TensorProto.INT64)
        counted = self.add("CumSum", shown, self.constant(1, np.int64))
        places = self.add("Add", self.add("Mul", counted, shown), padding)
        words = self.add(
            "Gather", self.constant(self.random.normal(0, 1, (vocabulary, self.hidden))), "input_ids"
        )
        spots = self.add("Gather", self.constant(self.random.normal(0, 0.3, (514, self.hidden))), places)
        return self.normed(self.add("Add", words, spots))

    def unseen(self) -> str:
        """What is added to the scores of padding."""
        mask = self.add("Cast", "attention_mask", to=helper.np_dtype_to_tensor_dtype(np.dtype(self.tensor)))
        hidden = self.add("Mul", self.add("Sub", self.constant(1), mask), self.constant(-10_000))
        return self.add("Unsqueeze", hidden, self.constant([1, 2], np.int64))

    def bytes(self, vocabulary: int) -> bytes:
        value, unseen = self.embedded(vocabulary), self.unseen()
        for _ in range(self.layers):
            value = self.encoder(value, unseen)
        logits = self.add(
            "MatMul", value, self.constant(self.random.normal(0, 0.5, (self.hidden, self.labels)))
        )
        self.nodes.append(helper.make_node("Identity", [logits], ["logits"]))
        kinds = {"input_ids": np.int64, "attention_mask": self.mask}
        inputs = [_value(name, kind, "batch", "sequence") for name, kind in kinds.items()]
        outputs = [_value("logits", self.tensor, "batch", "sequence", self.labels)]
        graph = helper.make_graph(self.nodes, "sat", inputs, outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())


def _value(name: str, kind: Any, *shape: str | int) -> Any:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)


def trained_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """A unigram tokenizer with XLM-R's shape, of those texts' subwords."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.NFKC()
    words = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    made.pre_tokenizer = pre_tokenizers.Sequence(words)
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL), unk_token="<unk>", show_progress=False
    )
    made.train_from_iterator(texts, trainer)
    return made


def in_eight_bits(graph: Path, target: Path) -> None:
    """The same network with products of bytes."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the runtime is imported for the first time
    from onnxruntime.quantization import quantize_dynamic

    quantize_dynamic(graph, target, op_types_to_quantize=["MatMul"], per_channel=True)


def written(folder: Path, graph: bytes, tokenizer: Any, labels: int = 3) -> Path:
    """The folder with the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model_optimized.onnx").write_bytes(graph)
    tokenizer.save(str(folder / "tokenizer.json"))
    known = {"model_type": "xlm-token", "id2label": {str(i): f"LABEL_{i}" for i in range(labels)}}
    (folder / "config.json").write_text(json.dumps(known), encoding="utf-8")
    return folder
