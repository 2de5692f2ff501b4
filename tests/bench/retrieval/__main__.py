"""What a search with five chunks finds, every chunker at equal mean sizes.

`python -m tests.bench.retrieval --data FOLDER --scorers FOLDER --bench cuad|chroma|qmsum [--by bm25|minilm]
[--sizes 303 582 865] [--chunkers NAME…] [--half 0|1] [--most N] [--documents ID…] [--cache FOLDER]
[--speed]`: one JSON object a size and chunker, with its gains over the first chunker: mean, and the middle
95 % of 1,000 resamples of the questions. Of every chunker that limit is sought with which its chunks have so
many characters on average, contexts counted: the index holds what is sent to a model. --half takes what has
that hash: documents, of chroma questions. --cache keeps chunks and vectors; to be emptied when a chunker
or an embedder changes. --speed tells MB of text a second of processor time instead, nothing kept.
"""

import argparse
import json
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from tests.bench.retrieval.chunkers import chunkers, read
from tests.bench.retrieval.ranking import by_meaning, by_words, remembered
from tests.bench.retrieval.scoring import Rows, gains, means, rows
from tests.bench.retrieval.sets import questions
from tests.bench.retrieval.sizing import kept, mb_per_s, of_mean
from tests.bench.retrieval.store import Store

WORDS = "bm25"


def main() -> None:
    """Every size by every chunker."""
    arguments = _arguments()
    sys.path.insert(0, str(arguments.scorers))
    retrieval = import_module("scorers.retrieval")
    asked = questions(import_module("scorers.benchio"), arguments)
    embeds = partial(remembered, store=Store(arguments.cache, "vectors"))
    index = by_words(retrieval)
    if arguments.by != WORDS:
        index = by_meaning(embeds(arguments.by))
    known, chunks = chunkers(embeds), Store(arguments.cache, "chunks")
    for size in arguments.sizes:
        first: Rows | None = None
        for name in arguments.chunkers:
            made = of_mean(kept(name, known[name], chunks), asked.texts, size)
            if arguments.speed:
                read.cache_clear()
                speed = mb_per_s(chunkers()[name], asked.texts, made.limit)
                print(json.dumps({"size": size, "chunker": name, "mb_per_s": speed}), flush=True)
                continue
            found = rows(retrieval, asked, made, size, index)
            first = found if first is None else first
            line = {
                "bench": arguments.bench,
                "by": arguments.by,
                "half": arguments.half,
                "size": size,
                "chunker": name,
                "limit": made.limit,
                "mean": round(made.mean, 1),
                "questions": len(found),
                "chunks": sum(map(len, made.pieces.values())),
            }
            print(json.dumps({**line, **means(found), "gains": gains(found, first)}), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--bench", choices=("chroma", "cuad", "qmsum"), required=True)
    parser.add_argument("--by", default=WORDS, help="bm25, or an embedder of ours")
    parser.add_argument("--sizes", type=int, nargs="+", default=(303, 582, 865))
    parser.add_argument("--chunkers", nargs="+", choices=tuple(chunkers()), default=tuple(chunkers()))
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--most", type=int)
    parser.add_argument("--documents", nargs="+", default=())
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--cache", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
