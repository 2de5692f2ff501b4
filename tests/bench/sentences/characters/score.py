"""Precision, recall and F1 of boundaries by set and variant: the words' network, `kerf` and nupunkt.

`python -m tests.bench.sentences.characters.score --data FOLDER --scorers FOLDER [--model FILE] [--fold 0]
[--threshold 0.5 …] [--peers]`. Rule `end` of the scorers. Documents of one fold; of sets that are judged on
alone, all. `kerf` has learnt from these documents, plain and wrapped.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from services.inference.boundaries.splitter import sentences as kerf_sentences
from services.inference.characters import splitter
from services.inference.onnx import load
from services.inference.sentences import nupunkt
from tests.bench.sentences.characters.sources import GOLD, HELD_FOLD, JUDGED_ONLY, fold_of
from tests.bench.sentences.data import Sets

VARIANTS = ("plain", "squeeze", "hardwrap", "lower", "nopunct", "lower_nopunct")

Engine = Callable[[str], set[int]]


def main() -> None:
    """One line of JSON a set, variant and engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--fold", type=int, default=HELD_FOLD)
    parser.add_argument("--threshold", type=float, nargs="+", default=[splitter.THRESHOLD])
    parser.add_argument("--peers", action="store_true")
    arguments = parser.parse_args()
    if arguments.model:
        model = load(arguments.model)
        splitter._model = lambda: model  # type: ignore[assignment]
    engines = {f"characters {dial}": _ours(dial) for dial in arguments.threshold}
    if arguments.peers:
        engines |= {"kerf": _kerf, "nupunkt": _nupunkt}
    sets = Sets(arguments.data, arguments.scorers)
    for name in (*GOLD, *JUDGED_ONLY):
        for variant in VARIANTS:
            for engine, counts in _counted(sets, name, variant, arguments.fold, engines).items():
                print(
                    json.dumps({"set": name, "variant": variant, "engine": engine, **_scores(*counts)}),
                    flush=True,
                )


def _counted(
    sets: Sets, name: str, variant: str, fold: int, engines: dict[str, Engine]
) -> dict[str, tuple[int, int, int]]:
    """Right, said and true boundaries of each engine."""
    counts = dict.fromkeys(engines, (0, 0, 0))
    for text, gold in _texts(sets, name, variant, fold):
        for engine, ends_of in engines.items():
            said = ends_of(text) - {len(text.rstrip())}
            sizes = len(said & gold), len(said), len(gold)
            counts[engine] = tuple(map(sum, zip(counts[engine], sizes, strict=True)))  # type: ignore[assignment]
    return counts


def _texts(sets: Sets, name: str, variant: str, fold: int) -> Iterator[tuple[str, set[int]]]:
    for record, text, spans in sets.varied(name, variant):
        if name in JUDGED_ONLY or fold_of(record) == fold:
            yield text, sets.boundaries(text, spans, "end")


def _scores(right: int, said: int, true: int) -> dict[str, float]:
    precision, recall = right / max(said, 1), right / max(true, 1)
    f1 = 2 * right / max(said + true, 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "gold": true}


def _ours(threshold: float) -> Engine:
    return lambda text: {found.span.end for found in splitter.sentences(text, threshold)}


def _kerf(text: str) -> set[int]:
    return {found.span.end for found in kerf_sentences(text)}


def _nupunkt(text: str) -> set[int]:
    return {found.span.end for found in nupunkt.sentences(text)}


if __name__ == "__main__":
    main()
