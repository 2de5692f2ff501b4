"""What the most memory is that a strategy takes on one long text, and its processor time.

`python -m tests.bench.topics.memory --data FOLDER --scorers FOLDER [--strategy NAME] [--embedder NAME]
[--MB N]`: one JSON object. The text is lectures, meetings and textbooks, one after the other. `before_MiB` is
what the process had at most when the text was read, `peak_MiB` when its chunks were there.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time

from models.limits import DEFAULT_LIMITS
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

SETS = ("lectures_ai", "lectures_physics", "qmsum", "clinical")
EMBEDDING = ("topic", "breakpoint", "cluster")


def main() -> None:
    """One text, one strategy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--strategy", default="topic")
    parser.add_argument("--embedder", default="static")
    parser.add_argument("--MB", type=float, default=5.0)
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.scorers))
    asked = (
        {"embedder": arguments.embedder} if arguments.strategy in ("topic", "breakpoint", "cluster") else {}
    )
    options = parse_options({"strategy": arguments.strategy, **asked})
    tools = Toolkit(Path("no-models-here")).tools(options)
    text = _text(arguments.data)[: int(arguments.MB * 1e6)]
    document = pipeline.parse(text.encode(), "t.txt", DEFAULT_LIMITS, lambda *_: None)
    before, started = _peak(), process_time()
    chunks = pipeline.chunk(document, options, tools).chunks
    seconds = round(process_time() - started, 1)
    said = {"strategy": arguments.strategy, "MB": len(text) / 1e6, "lines": text.count("\n") + 1}
    found = {"chunks": len(chunks), "before_MiB": before, "peak_MiB": _peak(), "s": seconds}
    print(json.dumps({**said, **found}))


def _text(data: Path) -> str:
    load = import_module("scorers.benchio").load
    records = [record for name in SETS for record in load(data.parent, "topics", name, (data.name,))]
    return "\n".join(
        " ".join(record["text"][start:end].split()) for record in records for start, end in record["units"]
    )


def _peak() -> int:
    return getrusage(RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
