"""`python -m tests.bench.outline --data DIR --scorers DIR`: one JSON object a line for each set and method.

P, R, F1 of parts by where they begin and the share whose parent is right (`scorers.headings.nodes`); `strict`
is F1 of number, begin and level together. Markup was taken away from the texts; `rendered` are PDF files.
"""

import argparse
import importlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from models.document import Document
from models.outline import Outline
from services.outline.outline import outline_of
from tests.bench.outline.baselines import bullets, headings
from tests.bench.outline.peers import PEERS
from tests.bench.outline.sets import SETS, Case, plain, rendered

METHODS: dict[str, Callable[[Document], Outline]] = {
    "kerf": outline_of,
    "headings by regular expressions": headings,
    "headings and numbers by regular expressions": bullets,
}
ALL = {**METHODS, **PEERS}
_EDGES = re.compile(r"^\W+|\W+$")


def row(
    name: str, method: str, cases: Iterable[Case], score: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    """Totals over the documents, and F1 as their mean."""
    total: Counter[str] = Counter()
    seconds, means = 0.0, []
    for case in cases:
        started = time.process_time()
        outline = ALL[method](case.document)
        seconds += time.process_time() - started
        own = _nodes(outline, case)
        result = score(case.nodes, own)
        right = round((result["parent_accuracy"] or 0) * result["tp"])
        same = sum((Counter(map(_strict, case.nodes)) & Counter(map(_strict, own))).values())
        total.update(gold=result["n_gold"], found=result["n_pred"], tp=result["tp"], right=right, same=same)
        total.update(characters=len(case.document.text), documents=1)
        means.append(result["f1"])
    both = total["gold"] + total["found"]
    return {
        "set": name,
        "method": method,
        "documents": total["documents"],
        "precision": _share(total["tp"], total["found"]),
        "recall": _share(total["tp"], total["gold"]),
        "f1": _share(2 * total["tp"], both),
        "f1 by document": _share(sum(means), len(means)),
        "parent": _share(total["right"], total["tp"]),
        "strict f1": _share(2 * total["same"], both),
        "MB/s": round(total["characters"] / 1e6 / max(seconds, 1e-9), 2),
    }


def _nodes(outline: Outline, case: Case) -> list[dict[str, Any]]:
    return [
        {
            "start": node.span.start if case.places is None else case.places.get(node.span.start, -1 - index),
            "parent": -1 if node.parent is None else node.parent,
            "num": node.number,
            "depth": node.level,
        }
        for index, node in enumerate(outline.nodes)
    ]


def _strict(node: dict[str, Any]) -> tuple[int, str, int]:
    """Begin, number without name and signs, level."""
    words = node["num"].split()
    return node["start"], _EDGES.sub("", words[-1]) if words else "", node["depth"]


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def main() -> None:
    """Every set by every method."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.outline", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with legal_structure and pdf/rendered"
    )
    parser.add_argument("--scorers", type=Path, required=True, help="folder above the package `scorers`")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only that half of the records")
    parser.add_argument("--methods", nargs="+", choices=tuple(ALL), default=tuple(METHODS))
    options = parser.parse_args()
    sys.path.insert(0, str(options.scorers))
    score = importlib.import_module("scorers.headings").nodes
    for method in options.methods:
        for name in SETS:
            print(json.dumps(row(name, method, plain(options.data, name, options.half), score)), flush=True)
        for as_text in (False, True) if method == "kerf" else ():
            name = "rendered, as text" if as_text else "rendered"
            print(json.dumps(row(name, method, rendered(options.data, as_text=as_text), score)), flush=True)


main()
