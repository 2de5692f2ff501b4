"""Citations beside eyecite (BSD-2), on opinions of the Supreme Court of the United States.

`python -m tests.bench.legal.peers --data FOLDER [--documents 10]` where `requirements-peers.txt` is.
"""

import argparse
import gzip
import importlib
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.span import Span
from services.legal.citations import citations

_KINDS = ("FullCaseCitation", "ShortCaseCitation", "FullLawCitation")


def main() -> None:
    """Who finds what the other one finds, and how fast."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.legal.peers")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=10)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with gzip.open(chosen.data / "sentences" / "legal_en_scotus.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for _, line in zip(range(chosen.documents), lines, strict=False)]
    find: Any = importlib.import_module("eyecite").get_citations
    ours, own_time = _timed(lambda text: [one.span for one in citations(text)], texts)
    theirs, time_of_theirs = _timed(lambda text: _spans(find(text)), texts)
    size = sum(map(len, texts)) / 1e6
    speeds = f"eyecite {size / time_of_theirs:.3f}, ours {size / own_time:.3f}"
    print(f"{speeds} million characters a second")
    print(f"of eyecite's {sum(map(len, theirs))} we find {_shared(theirs, ours)}")
    print(f"of our {sum(map(len, ours))} eyecite finds {_shared(ours, theirs)}")


def _spans(found: Sequence[Any]) -> list[Span]:
    return [Span(*one.span()) for one in found if type(one).__name__ in _KINDS]


def _timed(find: Any, texts: Sequence[str]) -> tuple[list[list[Span]], float]:
    begun = time.process_time()
    return [find(text) for text in texts], time.process_time() - begun


def _shared(some: Sequence[Sequence[Span]], others: Sequence[Sequence[Span]]) -> int:
    return sum(
        any(a.overlaps(b) for b in there) for here, there in zip(some, others, strict=True) for a in here
    )


if __name__ == "__main__":
    main()
