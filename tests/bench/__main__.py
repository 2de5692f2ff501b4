"""`python -m tests.bench [--data FOLDER] [--only NAME]`: measure and print one JSON object a line.

FOLDER holds evaluation sets (`pdf/<set>/*.pdf`, `legal_structure/*.jsonl.gz`); without it the corpus
figures cover only the standard library's source code. Run it on an otherwise idle machine.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import corpus, isolation, service, startup

BENCHES: dict[str, Callable[[Path | None], Iterator[dict[str, object]]]] = {
    "startup": startup.measure,
    "corpus": corpus.measure,
    "service": service.measure,
    "isolation": isolation.measure,
}


def main() -> None:
    """Run the benches that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--only", choices=sorted(BENCHES), default=None)
    arguments = parser.parse_args()
    for name, bench in BENCHES.items():
        if arguments.only in (None, name):
            for figures in bench(arguments.data):
                print(json.dumps({"bench": name, **figures}), flush=True)


main()
