"""Cross-validate the sentence splitter, or train the models that ship.

`OMP_NUM_THREADS=1 python -m tests.bench.sentences.train --data FOLDER --scorers FOLDER [--leave-out NAME …]
[--folds 5] [--write]`. Needs requirements-train.txt. Without --write one line of JSON a set and variant:
precision, recall and F1 of boundaries (rule `end` of the scorers), and how well probabilities are calibrated.
--leave-out takes a whole set, or `lang:es`, out of training and scores it; otherwise folds are by document.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np

from services.inference.boundaries import splitter
from services.inference.boundaries.arrays import Floats
from services.inference.boundaries.usage import RATIOS
from tests.bench.sentences.data import MADE, RULES, SEED, TRAINED, UNLABELLED, VARIANTS, Labelled, Sets
from tests.bench.sentences.fitting import Fitted, fitted
from tests.bench.sentences.trees import EARLY, as_onnx

HOUSE = Path(splitter.__file__).parent
THRESHOLDS = (0.4, 0.5, 0.6)
BINS = 20

Scored = tuple[Labelled, Floats]
Held = Callable[[Labelled], bool]


def main() -> None:
    """Train and score, or train on everything and write."""
    arguments = _arguments()
    sets = Sets(arguments.data, arguments.scorers)
    names = (*TRAINED, *(() if arguments.write else RULES))
    texts = [text for name in names for variant in VARIANTS for text in sets.labelled(name, variant)]
    texts += [text for variant in VARIANTS for text in sets.made_up(variant)]
    unlabelled = [text for name in UNLABELLED for text in sets.plain_texts(name)]

    def fit(chosen: Sequence[Labelled]) -> Fitted:
        return fitted(chosen, unlabelled, rounds=arguments.rounds, leaves=arguments.leaves)

    if arguments.write:
        _write(fit(texts), texts, arguments.rounds, arguments.leaves)
        return
    for how, fields in _fields(arguments.leave_out, arguments.folds):
        scored: list[Scored] = []
        for held in fields:
            learnt = fit([text for text in texts if not held(text)])
            scored += [(text, learnt.probabilities(text)) for text in texts if held(text)]
        _report(how, scored)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--leave-out", nargs="+", default=[])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=130)
    parser.add_argument("--leaves", type=int, default=31)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _fields(leave_out: Sequence[str], folds: int) -> Iterator[tuple[str, list[Held]]]:
    """What is held back, in turn, and scored together."""
    for out in leave_out:
        yield f"without {out}", [partial(_is_in, out)]
    if not leave_out:
        yield f"{folds} folds", [partial(_is_fold, fold, folds) for fold in range(folds)]


def _is_in(out: str, text: Labelled) -> bool:
    kind, _, language = out.partition(":")
    return f"_{language}" in text.name if kind == "lang" else text.name == out


def _is_fold(fold: int, folds: int, text: Labelled) -> bool:
    return text.fold(folds) == fold


def _report(how: str, scored: Sequence[Scored]) -> None:
    groups: dict[tuple[str, str], list[Scored]] = {}
    for text, found in scored:
        if not text.name.startswith(MADE):
            groups.setdefault((text.name, text.variant), []).append((text, found))
            if text.name in RULES and text.language == "english":
                groups.setdefault((f"{text.name}_en", text.variant), []).append((text, found))
    for (name, variant), group in groups.items():
        line = {"set": name, "variant": variant, "how": how, **_calibration(group)}
        for threshold in THRESHOLDS:
            print(json.dumps({**line, "threshold": threshold, **_scores(group, threshold)}), flush=True)


def _scores(group: Sequence[Scored], threshold: float) -> dict[str, float]:
    said = sum(int((found > threshold).sum()) for _, found in group)
    right = sum(int((text.labels & (found > threshold)).sum()) for text, found in group)
    gold = sum(text.gold for text, _ in group)
    precision, recall = right / max(said, 1), right / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _calibration(group: Sequence[Scored]) -> dict[str, float]:
    """Mean square error of the probabilities of all candidates, and their expected calibration error."""
    found = np.concatenate([found for _, found in group])
    labels = np.concatenate([text.labels for text, _ in group])
    bins = np.minimum((found * BINS).astype(int), BINS - 1)
    off = np.bincount(bins, found - labels, BINS)
    return {
        "brier": round(float(np.mean((found - labels) ** 2)), 4),
        "ece": round(float(np.abs(off).sum() / max(found.size, 1)), 4),
    }


def _write(learnt: Fitted, texts: Sequence[Labelled], rounds: int, leaves: int) -> None:
    trees, glance = learnt.looks.trees, learnt.looks.glance
    named = {
        "usage.npy": _usage(learnt),
        "glance.npy": _array(np.append(glance.weights, np.float32(glance.bias))),
        "early.onnx": as_onnx(trees, 0, EARLY),
        "late.onnx": as_onnx(trees, EARLY, None),
    }
    for name, data in named.items():
        (HOUSE / name).write_bytes(data)
    free = [text for text in texts if text.free]
    manifest = {
        "seed": SEED, "rounds": rounds, "leaves": leaves,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in named.items()},
        "documents": {name: len({text.id for text in free if text.name == name}) for name in TRAINED},
        "made up": len({text.id for text in free if text.name.startswith(MADE)}),
        "words counted in": [*TRAINED, *UNLABELLED],
        "licences": "CC BY 4.0 (legal sets, CUAD), CC BY-SA 4.0 (treebanks), public domain and Open "
        "Government Licence (statutes); see tests/bench/sentences/data.py",
    }  # fmt: skip
    (HOUSE / "trained.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _usage(learnt: Fitted) -> bytes:
    table = np.zeros(learnt.words.size, [("word", "<u8"), *((name, "u1") for name in RATIOS)])
    table["word"] = learnt.words
    for name, column in zip(RATIOS, learnt.ratios.T, strict=True):
        table[name] = column
    return _array(table)


def _array(values: np.ndarray) -> bytes:
    made = BytesIO()
    np.save(made, values, allow_pickle=False)
    return made.getvalue()


if __name__ == "__main__":
    main()
