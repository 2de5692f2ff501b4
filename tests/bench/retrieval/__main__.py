"""Recall and IoU at k = 5 by BM25, and how many answers stand whole in one chunk, at equal mean sizes.

`python -m tests.bench.retrieval --data FOLDER --scorers FOLDER --bench cuad [--sizes 303 582 865]
[--chunkers NAME…] [--half 0|1] [--most N]`: one JSON object a chunker and size. Of every chunker that limit
is sought with which its chunks have so many characters on average, contexts counted: the index holds what is
sent to a model. --half takes the documents whose id hashes to that half.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.bench.retrieval.chunkers import CHUNKERS, Chunker, Piece, Pieces

NEAR = 0.01
STEPS = 12
K, RANKED = 5, 100
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
            found = _scores(retrieval, queries, chunks, size, pooled=pooled)
            print(json.dumps({"chunker": name, "size": size, "limit": limit, **found}), flush=True)


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


def _of_mean(cut: Chunker, corpora: Mapping[str, str], size: int) -> tuple[int, dict[str, Pieces]]:
    """The limit that makes chunks of this mean size, within 1 % where there is one, and the chunks."""
    low, high, limit = size / 2, 32.0 * size, 1.4 * size
    found: list[tuple[float, int, dict[str, Pieces]]] = []
    for _ in range(STEPS):
        made = {name: cut(text, int(limit)) for name, text in corpora.items()}
        mean = fmean(len(piece.sent) for pieces in made.values() for piece in pieces)
        found.append((abs(mean - size), int(limit), made))
        if found[-1][0] < NEAR * size:
            break
        low, high = (limit, high) if mean < size else (low, limit)
        limit = (low * high) ** 0.5
    return min(found, key=itemgetter(0))[1:]


def _scores(
    retrieval: Any,
    queries: Sequence[Mapping[str, Any]],
    chunks: Mapping[str, Pieces],
    size: int,
    *,
    pooled: bool,
) -> dict[str, float]:
    """As the scorer does, over what is sent; `pooled` searches in all documents at once.

    `recall_in_equal_text`: not of the five best chunks but of the best up to five times `size` characters.
    """
    flat = [(name, piece) for name, pieces in chunks.items() for piece in pieces]
    groups = {"": flat} if pooled else {name: [(name, p) for p in chunks[name]] for name in chunks}
    indices = {key: retrieval.BM25([piece.sent for _, piece in group]) for key, group in groups.items()}
    rows = []
    for query in queries:
        name, spans = query["corpus"], query["spans"]
        key = "" if pooled else name
        ranked = [groups[key][i] for i in indices[key].top(query["query"], RANKED)]
        scored = _scored(retrieval, query, ranked[:K])
        equal = _scored(retrieval, query, _first(ranked, K * size))["recall"]
        whole = [any(p.start <= start and end <= p.end for p in chunks[name]) for start, end in spans]
        rows.append((scored["recall"], scored["precision"], scored["iou"], equal, fmean(whole)))
    means = (round(fmean(column), 4) for column in zip(*rows, strict=True))
    return {
        **dict(zip(("recall", "precision", "iou", "recall_in_equal_text", "intact"), means, strict=True)),
        "queries": len(rows),
        "chunks": len(flat),
        "mean": round(fmean(len(piece.sent) for _, piece in flat), 1),
    }


def _scored(retrieval: Any, query: Mapping[str, Any], found: Sequence[tuple[str, Piece]]) -> dict[str, float]:
    own = [piece[:2] for name, piece in found if name == query["corpus"]]
    other = sum(piece.end - piece.start for name, piece in found if name != query["corpus"])
    return dict(retrieval.query_scores(query["spans"], own, other))


def _first(ranked: Sequence[tuple[str, Piece]], most: int) -> list[tuple[str, Piece]]:
    """The best pieces, as many characters of them; the last one is cut off."""
    found = []
    for name, piece in ranked:
        end = min(piece.end, piece.start + most)
        found.append((name, piece._replace(end=end)))
        most -= end - piece.start
        if most <= 0:
            break
    return found


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
