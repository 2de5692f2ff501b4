"""Characters a second of our splitter and of nupunkt on the same text, in turn; processor time.

`python -m tests.bench.sentences.speed --data FOLDER`
"""

import argparse
import gzip
import json
import resource
import time
from pathlib import Path

from services.inference.sentences import kerf_spans, nupunkt_spans
from tests.bench.sentences.data import LEGAL

ROUNDS = 3


def main() -> None:
    """One line of JSON a round and splitter; the first round is the cold one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data / "sentences"
    text = "\n\n".join(record for name in LEGAL for record in _texts(folder / f"{name}.jsonl.gz"))
    for number in range(ROUNDS):
        for name, split in (("kerf", kerf_spans), ("nupunkt", nupunkt_spans)):
            began = time.process_time()
            found = len(split(text + " " * number))
            speed = len(text) / (time.process_time() - began)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            line = {"round": number, "splitter": name, "sentences": found, "per_second": int(speed)}
            print(json.dumps({**line, "peak_mib": peak}), flush=True)


def _texts(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


if __name__ == "__main__":
    main()
