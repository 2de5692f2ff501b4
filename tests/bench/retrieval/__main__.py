"""Recall and IoU at k = 5 by BM25, and how many answers stand whole in one chunk, at equal mean sizes.

`python -m tests.bench.retrieval --data FOLDER --scorers FOLDER --bench cuad [--sizes 303 582 865]
[--chunkers NAME…] [--half 0|1] [--most N]`: one JSON object a chunker and size. Of every chunker that limit is
sought with which its chunks have so many characters on average; contexts are left out. --half takes the documents
whose id hashes to that half.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.retrieval.chunkers import CHUNKERS, Chunker

NEAR = 0.01
STEPS = 12
SHORT = {"Document Name", "Parties", "Agreement Date", "Effective Date"}
"""Categories of CUAD whose answers stand in many places; the scorer leaves them out too."""


def main() -> None:
    """Every chunker at every size."""
    arguments = _arguments()
    sys.path.insert(0, str(arguments.scorers))
    retrieval = import_module("scorers.retrieval")
    corpora, queries = _questions(import_module("scorers.benchio"), arguments)
    pooled = arguments.bench == "chroma"
    for name in arguments.chunkers:
        for size in arguments.sizes:
            limit, chunks = _of_mean(CHUNKERS[name], corpora, size)
            found = retrieval.evaluate(corpora, queries, lambda text, made=chunks: made[text], 5, pooled)
            print(json.dumps({"chunker": name, "limit": limit, **found}), flush=True)


def _questions(benchio: Any, arguments: argparse.Namespace) -> tuple[dict[str, str], list[dict[str, Any]]]:
    def load(name: str) -> list[dict[str, Any]]:
        data = arguments.data
        return list(benchio.load(data.parent, "retrieval", name, (data.name,)))

    if arguments.bench == "chroma":
        texts = load("chroma_general_corpora")
        asked = load("chroma_general_queries")
        return {record["id"]: record["text"] for record in texts}, list(asked)
    records = [
        record
        for record in load("cuad")
        if arguments.half is None or int(sha256(record["id"].encode()).hexdigest(), 16) % 2 == arguments.half
    ][: arguments.most]
    queries = [
        {
            "corpus": record["id"],
            "query": f"{query['category']}. {query['query']}",
            "spans": query["spans"],
        }
        for record in records
        for query in record["queries"]
        if query["category"] not in SHORT
    ]
    return {record["id"]: record["text"] for record in records}, queries


def _of_mean(
    cut: Chunker, corpora: Mapping[str, str], size: int
) -> tuple[int, dict[str, list[tuple[int, int]]]]:
    """The limit that makes chunks of this mean size, within 1 % where there is one, and the chunks."""
    low, high = size // 2, 8 * size
    nearest: tuple[float, int, dict[str, list[tuple[int, int]]]] | None = None
    for _ in range(STEPS):
        limit = (low * high) ** 0.5 if nearest else 1.4 * size
        made = {text: cut(text, int(limit)) for text in corpora.values()}
        spans = [span for found in made.values() for span in found]
        mean = sum(end - start for start, end in spans) / len(spans)
        low, high = (limit, high) if mean < size else (low, limit)
        if nearest is None or abs(mean - size) < nearest[0]:
            nearest = abs(mean - size), int(limit), made
        if nearest[0] < NEAR * size:
            break
    assert nearest is not None
    return nearest[1:]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--bench", choices=("chroma", "cuad"), required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=(303, 582, 865))
    parser.add_argument("--chunkers", nargs="+", choices=tuple(CHUNKERS), default=tuple(CHUNKERS))
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--most", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
