"""Cross-validate the sentence splitter, or train the models that ship.

`OMP_NUM_THREADS=1 python -m tests.bench.sentences.train --data FOLDER --scorers FOLDER [--leave-out NAME …]
[--folds 5] [--write]`. Needs requirements-train.txt. Without --write one line of JSON a set and variant:
precision, recall and F1 of boundaries (rule `end` of the scorers). --leave-out takes a whole set, or
`lang:es`, out of training and scores it; otherwise folds are by document.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from services.inference.boundaries import splitter
from services.inference.boundaries.arrays import Floats
from tests.bench.sentences.data import LAWS, LEGAL, RULES, TRAINED, VARIANTS, Labelled, Sets
from tests.bench.sentences.trees import FLOOR, SEED, Pair, as_onnx, trained

HOUSE = Path(splitter.__file__).parent
THRESHOLDS = (0.4, 0.5, 0.6)
LEGAL_WEIGHT = 2.0


def main() -> None:
    """Train and score, or train on everything and write."""
    arguments = _arguments()
    sets = Sets(arguments.data, arguments.scorers)
    names = (*TRAINED, *(() if arguments.write else RULES))
    texts = [text for name in names for variant in VARIANTS for text in sets.labelled(name, variant)]

    def fit(chosen: Sequence[Labelled]) -> Pair:
        return _fit(chosen, rounds=arguments.rounds, leaves=arguments.leaves)

    if arguments.write:
        _write(fit(texts), texts, arguments.rounds, arguments.leaves)
    elif arguments.leave_out:
        for out in arguments.leave_out:
            pair = fit([text for text in texts if not _is_in(text, out)])
            held = [text for text in texts if _is_in(text, out)]
            _report(f"without {out}", [(text, pair.probabilities(text.glances, text.rows)) for text in held])
    else:
        _report(f"{arguments.folds} folds", _crossed(texts, arguments.folds, fit))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--leave-out", nargs="+", default=[])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=250)
    parser.add_argument("--leaves", type=int, default=31)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _is_in(text: Labelled, out: str) -> bool:
    kind, _, language = out.partition(":")
    return f"_{language}" in text.name if kind == "lang" else text.name == out


def _fit(texts: Sequence[Labelled], *, rounds: int, leaves: int) -> Pair:
    free = [text for text in texts if text.free]
    weights = [
        np.full(len(text.labels), LEGAL_WEIGHT if text.name in (*LEGAL, *LAWS) else 1.0, np.float32)
        for text in free
    ]
    return trained(
        np.concatenate([text.glances for text in free]),
        np.concatenate([text.rows for text in free]),
        np.concatenate([text.labels for text in free]),
        np.concatenate(weights),
        rounds=rounds,
        leaves=leaves,
    )


def _crossed(
    texts: Sequence[Labelled], folds: int, fit: Callable[[Sequence[Labelled]], Pair]
) -> list[tuple[Labelled, Floats]]:
    found = []
    for fold in range(folds):
        pair = fit([text for text in texts if text.fold(folds) != fold])
        held = [text for text in texts if text.fold(folds) == fold]
        found += [(text, pair.probabilities(text.glances, text.rows)) for text in held]
    return found


def _report(how: str, scored: Sequence[tuple[Labelled, Floats]]) -> None:
    groups: dict[tuple[str, str], list[tuple[Labelled, Floats]]] = {}
    for text, found in scored:
        groups.setdefault((text.name, text.variant), []).append((text, found))
    for (name, variant), group in groups.items():
        for threshold in THRESHOLDS:
            precision, recall, f1 = _scores(group, threshold)
            scores = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
            line = {"set": name, "variant": variant, "how": how, "threshold": threshold, **scores}
            print(json.dumps(line), flush=True)


def _scores(group: Sequence[tuple[Labelled, Floats]], threshold: float) -> tuple[float, float, float]:
    said = sum(int((found > threshold).sum()) for _, found in group)
    right = sum(int((text.labels & (found > threshold)).sum()) for text, found in group)
    gold = sum(text.gold for text, _ in group)
    precision, recall = right / max(said, 1), right / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _write(pair: Pair, texts: Sequence[Labelled], rounds: int, leaves: int) -> None:
    free = [text for text in texts if text.free]
    glance = as_onnx(pair.glance, free[0].glances.shape[1], {"floor": str(FLOOR)})
    look = as_onnx(pair.look, free[0].rows.shape[1], {})
    named = {"glance.onnx": glance, "boundaries.onnx": look}
    for name, data in named.items():
        (HOUSE / name).write_bytes(data)
    manifest = {
        "seed": SEED, "rounds": rounds, "leaves": leaves, "floor": FLOOR,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in named.items()},
        "documents": {name: len({text.id for text in free if text.name == name}) for name in TRAINED},
        "licences": "CC BY 4.0 (legal sets), CC BY-SA 4.0 (treebanks); see tests/bench/sentences/data.py",
    }  # fmt: skip
    (HOUSE / "trained.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
