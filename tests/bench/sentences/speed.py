"""Characters a second of sentence engines on the same text, in turn; processor time.

`python -m tests.bench.sentences.speed --data FOLDER [--engine kerf nupunkt charboundary …]`
"""

import argparse
import gzip
import json
import resource
import time
from pathlib import Path

from models.options import SentenceEngine, SentenceOptions
from services.inference.sentences.engines import engine_of
from tests.bench.sentences.data import LEGAL

ROUNDS = 3
NOWHERE = Path("no-networks-here")


def main() -> None:
    """One line of JSON a round and splitter; the first round is the cold one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--engine", nargs="+", type=SentenceEngine, default=["kerf", "nupunkt"])
    chosen = parser.parse_args()
    folder = chosen.data / "sentences"
    text = "\n\n".join(record for name in LEGAL for record in texts_of(folder / f"{name}.jsonl.gz"))
    engines = {name: engine_of(SentenceOptions(engine=name), NOWHERE) for name in chosen.engine}
    for number in range(ROUNDS):
        for name, engine in engines.items():
            began = time.process_time()
            found = sum(1 for _ in engine(text + " " * number))
            speed = len(text) / (time.process_time() - began)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            line = {"round": number, "engine": name, "sentences": found, "per_second": int(speed)}
            print(json.dumps({**line, "peak_mib": peak}), flush=True)


def texts_of(path: Path) -> list[str]:
    """Of a set of the bench."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


if __name__ == "__main__":
    main()
