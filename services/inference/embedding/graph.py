"""Writes the operations of MiniLM without its weights, which a session is given by name.

`python -m services.inference.embedding.graph` writes `minilm.onnx` and `minilm-int8.onnx` again; only that
needs the package onnx. Ids and mask of subwords in (batch, length), the mean of the last layer out
(batch, 384), of length 1, and the last layer itself (batch, length, 384).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from services.inference.embedding.quantised import shapes as shapes_of_int8
from services.inference.embedding.weights import FORM, GRAPH, INT8_GRAPH, WORDS, input_of, matrices, vectors

EPSILON = 1e-12
_OPERATORS, _FORMAT = 20, 9
"""Versions of ONNX' operators and file format."""
_MICROSOFT = "com.microsoft"
"""Operators of ONNX Runtime."""


class _Writing:
    """Nodes in order, and the constants they need."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, operator: str, *inputs: str, **attributes: object) -> str:
        """One node; the name of its output."""
        name = f"{operator}_{len(self.nodes)}"
        self.nodes.append(self._onnx.helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def integers(self, *values: int) -> str:
        """A constant of one dimension."""
        name = "integers_" + "_".join(map(str, values))
        if all(known.name != name for known in self.constants):
            kind = self._onnx.TensorProto.INT64
            self.constants.append(self._onnx.helper.make_tensor(name, kind, [len(values)], values))
        return name

    def number(self, value: float) -> str:
        """A constant."""
        name = f"number_{value}"
        if all(known.name != name for known in self.constants):
            kind = self._onnx.TensorProto.FLOAT
            self.constants.append(self._onnx.helper.make_tensor(name, kind, [], [value]))
        return name

    def linear(self, values: str, name: str) -> str:
        """X · W + b; W is given transposed."""
        return self.add("Add", self.add("MatMul", values, f"{name}.weight"), f"{name}.bias")

    def normal(self, values: str, name: str) -> str:
        """Layer normalisation."""
        return self.add("LayerNormalization", values, f"{name}.weight", f"{name}.bias", epsilon=EPSILON)

    def words(self) -> str:
        """A row of the table for each subword."""
        return self.add("Gather", WORDS, "input_ids")

    def outside(self) -> list[Any]:
        """The weights by name, type and shape: where they are, the session is told."""
        types = self._onnx.helper.np_dtype_to_tensor_dtype
        found = []
        for name, (kind, shape) in self.shapes().items():
            tensor = self._onnx.TensorProto(name=name, data_type=types(np.dtype(kind)), dims=shape)
            tensor.data_location = self._onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="given")
            found.append(tensor)
        return found

    def shapes(self) -> Mapping[str, tuple[type, tuple[int, ...]]]:
        """Of the weights."""
        return {name: (np.float32, shape) for name, shape in {**matrices(), **vectors()}.items()}


class _Int8Writing(_Writing):
    """With products of whole numbers: 8 bits of what comes in, 7 bits of the weights."""

    def __init__(self, onnx: Any) -> None:
        super().__init__(onnx)
        self._whole: dict[str, str] = {}

    def linear(self, values: str, name: str) -> str:
        """The same, of numbers that were brought to one scale before they were rounded."""
        source, one = input_of(name), self.number(1.0)
        if source not in self._whole:
            scaled = self.add("Mul", values, f"{source}.shrink")
            self._whole[source] = self.add("QuantizeLinear", scaled, one, f"{source}.zero")
        inputs = (self._whole[source], f"{name}.weight", one, f"{name}.scale", f"{source}.zero", "")
        return self.add("MatMulIntegerToFloat", *inputs, f"{name}.bias", domain=_MICROSOFT)

    def words(self) -> str:
        """Rows of whole numbers, each with its scale."""
        rows = self.add("Cast", super().words(), to=self._onnx.TensorProto.FLOAT)
        return self.add("Mul", rows, self.add("Gather", f"{WORDS}.scale", "input_ids"))

    def shapes(self) -> Mapping[str, tuple[type, tuple[int, ...]]]:
        """Of the weights."""
        return shapes_of_int8()


def graph(*, int8: bool = False) -> bytes:
    """The file."""
    import onnx  # noqa: PLC0415 - a tool of those who change the graph

    write = _Int8Writing(onnx) if int8 else _Writing(onnx)
    mask = write.add("Cast", "attention_mask", to=onnx.TensorProto.FLOAT)
    values = _subwords(write)
    hidden = write.add("Unsqueeze", write.add("Sub", write.number(1.0), mask), write.integers(1, 2))
    hidden = write.add("Mul", hidden, write.number(-1e9))
    for layer in range(FORM.layers):
        values = _layer(write, values, hidden, f"encoder.layer.{layer}")
    write.nodes[-1].output[0] = "states"
    _mean(write, "states", mask)
    write.nodes[-1].output[0] = "embedding"
    helper, kinds = onnx.helper, onnx.TensorProto
    inputs = [
        helper.make_tensor_value_info(name, kinds.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [
        helper.make_tensor_value_info("embedding", kinds.FLOAT, ["batch", FORM.width]),
        helper.make_tensor_value_info("states", kinds.FLOAT, ["batch", "length", FORM.width]),
    ]
    made = helper.make_graph(write.nodes, "minilm", inputs, outputs, [*write.constants, *write.outside()])
    opsets = [helper.make_opsetid("", _OPERATORS), *([helper.make_opsetid(_MICROSOFT, 1)] if int8 else [])]
    model = helper.make_model(made, opset_imports=opsets, ir_version=_FORMAT, producer_name="")
    found: bytes = model.SerializeToString(deterministic=True)
    return found


def _subwords(write: _Writing) -> str:
    length = write.add("Shape", "input_ids", start=1, end=2)
    length = write.add("Squeeze", length)
    zero, one = (write.add("Squeeze", write.integers(value)) for value in (0, 1))
    places = write.add(
        "Gather", "embeddings.position_embeddings.weight", write.add("Range", zero, length, one)
    )
    kind = write.add("Gather", "embeddings.token_type_embeddings.weight", write.integers(0))
    return write.normal(
        write.add("Add", write.add("Add", write.words(), kind), places), "embeddings.LayerNorm"
    )


def _layer(write: _Writing, values: str, hidden: str, name: str) -> str:
    attention = f"{name}.attention"
    query, key, value = (
        _heads(write, write.linear(values, f"{attention}.self.{part}"), order)
        for part, order in (("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3)))
    )
    scale = write.number((FORM.width // FORM.heads) ** -0.5)
    scores = write.add("Add", write.add("Mul", write.add("MatMul", query, key), scale), hidden)
    seen = write.add("MatMul", write.add("Softmax", scores, axis=-1), value)
    seen = write.add("Transpose", seen, perm=[0, 2, 1, 3])
    seen = write.add("Reshape", seen, write.integers(0, 0, FORM.width))
    values = write.add("Add", values, write.linear(seen, f"{attention}.output.dense"))
    values = write.normal(values, f"{attention}.output.LayerNorm")
    inner = write.add("Gelu", write.linear(values, f"{name}.intermediate.dense"))
    return write.normal(
        write.add("Add", values, write.linear(inner, f"{name}.output.dense")), f"{name}.output.LayerNorm"
    )


def _heads(write: _Writing, values: str, order: Sequence[int]) -> str:
    shape = write.integers(0, 0, FORM.heads, FORM.width // FORM.heads)
    return write.add("Transpose", write.add("Reshape", values, shape), perm=list(order))


def _mean(write: _Writing, values: str, mask: str) -> None:
    """The mean of what is no padding, brought to length 1: how many there are makes no difference then."""
    weighted = write.add("Mul", values, write.add("Unsqueeze", mask, write.integers(2)))
    total = write.add("ReduceSum", weighted, write.integers(1), keepdims=0)
    write.add("LpNormalization", total, axis=-1, p=2)


if __name__ == "__main__":
    Path(__file__).with_name(GRAPH).write_bytes(graph())
    Path(__file__).with_name(INT8_GRAPH).write_bytes(graph(int8=True))
