"""What scikit-learn learns of candidates: a linear first look, and boosted trees as ONNX."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder

from services.inference.boundaries.arrays import Bools, Floats, Ints
from services.inference.boundaries.glance import OFFSETS, Glance, sigmoid

SEED = 0
EARLY = 24
"""Trees after which plain cases are left alone ..."""
SURE = 3.0
"""... whose score is farther from 0 than this."""
OPSET, TREE_OPSET = 17, 3


@dataclass(frozen=True)
class Looks:
    """The first look at all candidates and the second at what it left."""

    glance: Glance
    trees: HistGradientBoostingClassifier

    def probabilities(self, cells: Ints, rows: Floats) -> Floats:
        """Of each candidate."""
        found = np.zeros(len(rows), np.float32)
        kept = self.glance.keeps(cells)
        if kept.any():
            found[kept] = sigmoid(self._scores(rows[kept]))
        return found

    def _scores(self, rows: Floats) -> Floats:
        early = _summed(self.trees, rows, 0, EARLY) + np.float32(self.trees._baseline_prediction[0, 0])
        unsure = np.abs(early) < SURE
        if unsure.any():
            early[unsure] += _summed(self.trees, rows[unsure], EARLY, None)
        return early


def glance_of(cells: Ints, labels: Bools, weights: Floats) -> Glance:
    """The first look that is learnt from [groups, candidates] cells."""
    categories = [np.arange(first, last, dtype=np.int32) for first, last in pairwise(OFFSETS)]
    table = OneHotEncoder(categories=categories, dtype=np.float32).fit_transform(cells.T)
    model = LogisticRegression(max_iter=200, tol=1e-4).fit(table, labels, sample_weight=weights)
    return Glance(model.coef_[0].astype(np.float32), float(np.float32(model.intercept_[0])))


def trees_of(
    rows: Floats, labels: Bools, weights: Floats, *, rounds: int, leaves: int
) -> HistGradientBoostingClassifier:
    """The same data give the same trees."""
    return HistGradientBoostingClassifier(
        max_iter=rounds, learning_rate=0.15, max_leaf_nodes=leaves, min_samples_leaf=20,
        l2_regularization=1.0, early_stopping=False, random_state=SEED,
    ).fit(rows, labels, sample_weight=weights)  # fmt: skip


def as_onnx(model: HistGradientBoostingClassifier, first: int, last: int | None) -> bytes:
    """[n, width] float32 → [n, 1] scores of some of the trees, the baseline with the first.

    Thresholds become the float32 below: the same answers.
    """
    columns: dict[str, Any] = {name: [] for name in _COLUMNS}
    for number, (tree,) in enumerate(model._predictors[first:last]):
        _add(columns, number, tree.nodes)
    node = helper.make_node(
        "TreeEnsembleRegressor", ["rows"], ["scores"], domain="ai.onnx.ml", n_targets=1,
        aggregate_function="SUM", post_transform="NONE",
        base_values=[0.0 if first else float(model._baseline_prediction[0, 0])],
        **columns,
    )  # fmt: skip
    shape = [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, model.n_features_in_])]
    result = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 1])]
    graph = helper.make_graph([node], "boundaries", shape, result)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", TREE_OPSET)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="kerf")
    helper.set_model_props(made, {"sure": str(SURE)})
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


def _summed(model: HistGradientBoostingClassifier, rows: Floats, first: int, last: int | None) -> Floats:
    """Scores of some of the trees."""
    found = np.zeros((len(rows), 1), order="F")
    model._predict_iterations(rows.astype(np.float64), model._predictors[first:last], found, False, 1)
    return found[:, 0].astype(np.float32)
