"""A folder of predictions to the figures of one set."""

import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.quality import layout, sets
from tests.bench.quality.sets import Item

SHOWN = {
    "readoc": ("nid", "mhs", "heading_f1", "parent_accuracy", "teds"),
    "rendered": (
        "nid",
        "mhs",
        "heading_f1",
        "parent_accuracy",
        "furniture_leak",
        "line_number_leak",
        "dehyphenated",
    ),
    "icdar2013_tables": ("f1", "teds", "teds_s"),
    "docling_cvat": ("labelled_f1", "boxes_f1", "tau"),
    "cuad_contracts": ("text_sim", "word_f1"),
    "scans": ("cer", "wer", "word_f1"),
    "sroie": ("cer", "wer", "word_f1"),
}
"""What is told of each set."""


class Scorers:
    """The scorers' package, found in the folder that was named."""

    def __init__(self, folder: Path) -> None:
        sys.path.insert(0, str(folder.resolve()))
        self._pdf = importlib.import_module("scorers.pdf_eval")
        self._layout = importlib.import_module("scorers.layout")

    def score(self, data: Path, name: str, predictions: Path, chosen: Sequence[Item]) -> dict[str, Any]:
        """Means over the documents chosen; `rows` has each of them."""
        if name == "docling_cvat":
            return layout.scores(chosen, predictions, self._layout)
        if len(chosen) < len(sets.items(data, name)):
            raise SystemExit("These scorers take whole sets: --limit is for docling_cvat only.")
        found = self._pdf.evaluate(str(data.resolve().parent), data.resolve().name, name, str(predictions))
        return dict(found)


def shown(name: str, result: Mapping[str, Any]) -> dict[str, float | None]:
    """The figures that are told of a set."""
    means = result["mean"]
    return {key: None if means.get(key) is None else round(means[key], 4) for key in SHOWN[name]}
