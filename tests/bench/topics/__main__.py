"""P_k, WindowDiff and numbers of segments of strategies on texts that people have divided.

`python -m tests.bench.topics --data FOLDER --scorers FOLDER [--set NAME…] [--methods NAME…] [--embedder NAME]
[--most N]`: one JSON object a set and method. A document goes through the whole pipeline with one unit a
line, under a cap above its length; its chunks begin its segments. `even` and `u00 with K` are told how many
there are, the others are not; `none` is one segment. Halves are by the hash of the document's id.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

from tests.bench.topics.lexical import u00
from tests.bench.topics.strategies import starts_by

SETS = ("choi", "clinical", "lectures_physics", "lectures_ai", "qmsum")
STRATEGIES = ("topic", "cluster", "breakpoint", "recursive")
METHODS = ("none", "even", "u00", "u00 with K", *STRATEGIES)

Segmenter = Callable[[Sequence[str], int], list[int]]
"""Units and the true number of segments; where segments start."""


def main() -> None:
    """Every method on every set."""
    arguments = _arguments()
    sys.path.insert(0, str(arguments.scorers))
    benchio, scorer = import_module("scorers.benchio"), import_module("scorers.segmentation")
    for name in arguments.set:
        records = list(benchio.load(arguments.data.parent, "topics", name, (arguments.data.name,)))
        records = records[:: max(1, len(records) // (arguments.most or len(records)))]
        for method in arguments.methods:
            started = perf_counter()
            found = _scores(scorer, records, _segmenter(method, arguments.embedder))
            seconds = round(perf_counter() - started, 1)
            print(json.dumps({"set": name, "method": method, **found, "seconds": seconds}), flush=True)


def _segmenter(method: str, embedder: str) -> Segmenter:
    if method == "none":
        return lambda units, count: [0]  # noqa: ARG005 - one shape for all
    if method == "even":
        return lambda units, count: [round(i * len(units) / count) for i in range(count)]
    if method == "u00":
        return lambda units, count: u00(units, None)  # noqa: ARG005
    if method == "u00 with K":
        return u00
    return partial(starts_by, method, embedder)


def _scores(scorer: Any, records: Sequence[Mapping[str, Any]], segmenter: Segmenter) -> dict[str, Any]:
    rows = []
    for record in records:
        units = [" ".join(record["text"][start:end].split()) for start, end in record["units"]]
        starts = segmenter(units, len(record["masses"]))
        masses = [b - a for a, b in pairwise([*starts, len(units)])]
        scored = scorer.pk(masses, record["masses"]), scorer.windowdiff(masses, record["masses"])
        half = int(sha256(record["id"].encode()).hexdigest(), 16) % 2
        rows.append((half, *scored, len(masses), len(record["masses"])))
    halves = {f"pk of half {h}": _mean([row[1] for row in rows if row[0] == h]) for h in (0, 1)}
    names = ("pk", "windowdiff", "segments", "true segments")
    return {
        "documents": len(rows),
        **{name: _mean([row[i] for row in rows]) for i, name in enumerate(names, 1)},
        **halves,
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 4) if values else None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--set", nargs="+", default=SETS)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--most", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
