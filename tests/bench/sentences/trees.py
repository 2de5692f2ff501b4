"""Gradient-boosted trees of scikit-learn, in two steps, and as ONNX."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier

from services.inference.boundaries.arrays import Bools, Floats

FLOOR = 0.006
"""Candidates whose first look gives less are no boundaries."""
SEED = 0
OPSET, TREE_OPSET = 17, 3


@dataclass(frozen=True)
class Pair:
    """The first look at all candidates and the second at what it left."""

    glance: HistGradientBoostingClassifier
    look: HistGradientBoostingClassifier

    def probabilities(self, glances: Floats, rows: Floats) -> Floats:
        """Of each candidate."""
        found = np.zeros(len(rows), np.float32)
        if not len(rows):
            return found
        kept = self.glance.predict_proba(glances)[:, 1] > FLOOR
        if kept.any():
            found[kept] = self.look.predict_proba(rows[kept])[:, 1]
        return found


def trained(
    glances: Floats, rows: Floats, labels: Bools, weights: Floats, *, rounds: int, leaves: int
) -> Pair:
    """Both ensembles; the same data give the same trees."""
    glance = HistGradientBoostingClassifier(
        max_iter=30, learning_rate=0.25, max_leaf_nodes=12, min_samples_leaf=50,
        early_stopping=False, random_state=SEED,
    ).fit(glances, labels)  # fmt: skip
    kept = glance.predict_proba(glances)[:, 1] > FLOOR
    look = HistGradientBoostingClassifier(
        max_iter=rounds, learning_rate=0.1, max_leaf_nodes=leaves, min_samples_leaf=20,
        l2_regularization=1.0, early_stopping=False, random_state=SEED,
    ).fit(rows[kept], labels[kept], sample_weight=weights[kept])  # fmt: skip
    return Pair(glance, look)


def as_onnx(model: HistGradientBoostingClassifier, width: int, properties: dict[str, str]) -> bytes:
    """[n, width] float32 → [n, 1] probabilities; thresholds become the float32 below: the same answers."""
    columns: dict[str, Any] = {name: [] for name in _COLUMNS}
    for number, (tree,) in enumerate(model._predictors):
        _add(columns, number, tree.nodes)
    node = helper.make_node(
        "TreeEnsembleRegressor", ["rows"], ["scores"], domain="ai.onnx.ml", n_targets=1,
        aggregate_function="SUM", post_transform="NONE",
        base_values=[float(model._baseline_prediction[0, 0])],
        **columns,
    )  # fmt: skip
    sigmoid = helper.make_node("Sigmoid", ["scores"], ["probabilities"])
    shape = [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, width])]
    result = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 1])]
    graph = helper.make_graph([node, sigmoid], "boundaries", shape, result)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", TREE_OPSET)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="kerf")
    helper.set_model_props(made, properties)
    onnx.checker.check_model(made)
    return cast("bytes", made.SerializeToString(deterministic=True))


_COLUMNS = (
    "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values", "nodes_truenodeids",
    "nodes_falsenodeids", "target_treeids", "target_nodeids", "target_ids", "target_weights",
)  # fmt: skip


def _add(columns: dict[str, list[Any]], number: int, nodes: Any) -> None:
    for index, node in enumerate(nodes):
        leaf = bool(node["is_leaf"])
        values = (
            number, index, 0 if leaf else int(node["feature_idx"]), "LEAF" if leaf else "BRANCH_LEQ",
            0.0 if leaf else _rounded_down(float(node["num_threshold"])),
            0 if leaf else int(node["left"]), 0 if leaf else int(node["right"]),
        )  # fmt: skip
        for name, value in zip(_COLUMNS, values, strict=False):
            columns[name].append(value)
        if leaf:
            targets = (number, index, 0, float(np.float32(node["value"])))
            for name, value in zip(_COLUMNS[len(values) :], targets, strict=True):
                columns[name].append(value)


def _rounded_down(value: float) -> float:
    """The largest float32 that is not above the value."""
    found = np.float32(value)
    return float(found if float(found) <= value else np.nextafter(found, np.float32(-np.inf)))
