"""The trained network as ONNX: weights of eight bits, each row or column with its scale."""

from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from services.inference.boundaries.arrays import Floats
from services.inference.characters.features import COLUMNS
from tests.bench.sentences.characters.network import HASHES, LAYERS, REACH, WIDTH

OPSET = 21
_LARGEST = 127

Weights = dict[str, Floats]


class Quantized(NamedTuple):
    """values * scales is about what was there."""

    values: npt.NDArray[np.int8]
    scales: Floats


def quantized(table: Floats, axis: int) -> Quantized:
    """Symmetric; the largest along the axis becomes 127."""
    scales = np.maximum(np.abs(table).max(axis=axis, keepdims=True), 1e-12) / _LARGEST
    return Quantized(np.rint(table / scales).astype(np.int8), scales.astype(np.float32))


def as_onnx(weights: Weights, properties: dict[str, str]) -> bytes:
    """[words, COLUMNS] rows as float32 → [words] probabilities."""
    graph = _Graph()
    graph.constant("first", np.array([0]))
    graph.constant("middle", np.array([HASHES]))
    graph.constant("end", np.array([COLUMNS]))
    graph.constant("across", np.array([1]))
    graph.node("Cast", ["rows"], "whole", to=TensorProto.INT32)
    graph.node(
        "Concat", [_sum_of(graph, weights, "words"), _sum_of(graph, weights, "shapes")], "seen", axis=1
    )
    state = graph.product("seen", "in", weights["in"])
    for number, (size, step) in enumerate(LAYERS):
        near = _around(graph, graph.normal(state), size, step)
        mix = _scaled(weights[f"mix_{number}"], np.tile(weights[f"gain_{number}"], size))
        graph.constant(f"bias_{number}", weights[f"bias_{number}"])
        mixed = graph.node("Add", [graph.product(near, f"mix_{number}", mix), f"bias_{number}"])
        back = graph.product(graph.node("Relu", [mixed]), f"back_{number}", weights[f"back_{number}"])
        state = graph.node("Add", [state, back])
    out = _scaled(weights["out"], weights["gain"])[:, :1]
    graph.constant("out_bias", weights["out_bias"][:1])
    logits = graph.node("Add", [graph.product(graph.normal(state), "out", out), "out_bias"])
    flat = graph.node("Squeeze", [logits, "across"])
    graph.node("Sigmoid", [flat], "probabilities")
    return graph.made({"reach": str(REACH), **properties})


class _Graph:
    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        output = output or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def product(self, state: str, name: str, matrix: Floats) -> str:
        values, scales = quantized(matrix, 0)
        self.constant(f"{name}_values", values)
        self.constant(f"{name}_scales", scales[0])
        table = self.node("DequantizeLinear", [f"{name}_values", f"{name}_scales"], axis=1)
        return self.node("MatMul", [state, table])

    def normal(self, state: str) -> str:
        """Without the factor sqrt(WIDTH), which is in the weights."""
        return self.node("LpNormalization", [state], axis=-1, p=2)

    def made(self, properties: dict[str, str]) -> bytes:
        shape = [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, COLUMNS])]
        result = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None])]
        graph = helper.make_graph(self._nodes, "characters", shape, result, self._constants)
        opsets = [helper.make_opsetid("", OPSET)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="kerf")
        helper.set_model_props(made, properties)
        onnx.checker.check_model(made)
        return cast("bytes", made.SerializeToString(deterministic=True))


def _scaled(matrix: Floats, gain: Floats) -> Floats:
    return matrix * gain[:, None] * np.float32(WIDTH**0.5)


def _sum_of(graph: _Graph, weights: Weights, name: str) -> str:
    """The rows of a table that each word has, added."""
    values, scales = quantized(weights[name], 1)
    graph.constant(f"{name}_values", values)
    graph.constant(f"{name}_scales", scales)
    begin, end = ("first", "middle") if name == "words" else ("middle", "end")
    which = graph.node("Slice", ["whole", begin, end, "across"])
    rows = graph.node("Cast", [graph.node("Gather", [f"{name}_values", which])], to=TensorProto.FLOAT)
    scaled = graph.node("Mul", [rows, graph.node("Gather", [f"{name}_scales", which])])
    return graph.node("ReduceSum", [scaled, "across"], keepdims=0)


def _around(graph: _Graph, state: str, size: int, step: int) -> str:
    """Each word beside its neighbours; zeros beyond the ends."""
    reach = size // 2 * step
    pads = graph.constant(f"pads_{state}", np.array([reach, 0, reach, 0]))
    padded = graph.node("Pad", [state, pads])
    parts = []
    for at in range(size):
        begin = graph.constant(f"begin_{state}_{at}", np.array([at * step]))
        left = (size - 1 - at) * step
        end = graph.constant(f"end_{state}_{at}", np.array([-left if left else np.iinfo(np.int64).max]))
        parts.append(graph.node("Slice", [padded, begin, end, "first"]))
    return graph.node("Concat", parts, axis=1)
