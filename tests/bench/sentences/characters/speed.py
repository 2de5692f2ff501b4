"""Characters a second of processor time, and the peak of memory, on the legal sets plain and bare.

`OMP_NUM_THREADS=1 python -m tests.bench.sentences.characters.speed --data FOLDER --scorers FOLDER`
"""

import argparse
import json
import resource
import time
from pathlib import Path

from services.inference.characters import splitter
from tests.bench.sentences.data import LEGAL, Sets

ROUNDS = 3
VARIANTS = ("plain", "lower_nopunct")


def main() -> None:
    """One line of JSON a round; the first is the cold one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    arguments = parser.parse_args()
    sets = Sets(arguments.data, arguments.scorers)
    for variant in VARIANTS:
        text = "\n\n".join(text for name in LEGAL for _, text, _ in sets.varied(name, variant))
        for number in range(ROUNDS):
            began = time.process_time()
            found = sum(1 for _ in splitter.sentences(text))
            speed = int(len(text) / (time.process_time() - began))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            line = {"variant": variant, "round": number, "sentences": found, "per_second": speed}
            print(json.dumps({**line, "peak_mib": peak}), flush=True)


if __name__ == "__main__":
    main()
