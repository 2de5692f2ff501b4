"""Processor time of `topic` beside that of embedding by itself, on three lectures and on many tiny units.

`python -m tests.bench.topics.speed --data FOLDER --scorers FOLDER [--embedder NAME…]`: one JSON object each.
"""

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import process_time

from models.limits import DEFAULT_LIMITS
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

LECTURES = 3
RUNS = 3
TINY = (10_000, 100_000)


def main() -> None:
    """Every embedder on lectures, the fastest on tiny units."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--embedder", nargs="+", default=("minilm", "static"))
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.scorers))
    loaded = import_module("scorers.benchio").load(
        arguments.data.parent, "topics", "lectures_ai", (arguments.data.name,)
    )
    lectures = [[r["text"][start:end] for start, end in r["units"]] for r in list(loaded)[:LECTURES]]
    for embedder in arguments.embedder:
        _report({"text": "lectures"}, lectures, embedder)
    for count in TINY:
        tiny = [f"x{i % 97} is {i * 7919 % 1009}." for i in range(count)]
        _report({"text": f"{count} tiny units"}, [tiny], "static")


def _report(said: dict[str, str], texts: list[list[str]], embedder: str) -> None:
    options = parse_options({"strategy": "topic", "embedder": embedder})
    tools = Toolkit(Path("no-models-here")).tools(options)
    embed = tools.embed
    if embed is None:
        raise ValueError("topics need an embedder")
    sources = ["\n".join(units).encode() for units in texts]
    documents = [pipeline.parse(source, "t.txt", DEFAULT_LIMITS, lambda *_: None) for source in sources]
    alone = _seconds(lambda: [embed(list(dict.fromkeys(units))) for units in texts])
    whole = _seconds(lambda: [pipeline.chunk(document, options, tools) for document in documents])
    size = sum(map(len, sources)) / 1e6
    found = {"MB": round(size, 3), "embedder_s": round(alone, 2), "strategy_s": round(whole, 2)}
    share = round(alone / whole, 3)
    print(json.dumps({**said, "embedder": embedder, **found, "share": share, "MB/s": round(size / whole, 3)}))


def _seconds(run: Callable[[], object]) -> float:
    """The least of some runs: other processes only ever add to it."""
    times = []
    for _ in range(RUNS):
        started = process_time()
        run()
        times.append(process_time() - started)
    return min(times)


if __name__ == "__main__":
    main()
