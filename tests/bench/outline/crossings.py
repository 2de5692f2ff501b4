"""`python -m tests.bench.outline.crossings --data DIR --scorers DIR`: share of chunks that straddle sections.

Of a chunk counts that at some depth of the gold it holds a part of one section and anything of another
(`scorers.headings.crossings`). Every chunker's limit is the size, in characters, headings in front left out.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from models.span import Span
from tests.bench.outline.sets import SETS, Case, plain
from tests.bench.retrieval.chunkers import chunkers
from tests.bench.retrieval.pieces import Pieces

NAMES = ("kerf section", "kerf recursive", "langchain")


def main() -> None:
    """One line a set, chunker and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=(1000, 2000))
    parser.add_argument("--chunkers", nargs="+", choices=tuple(chunkers()), default=NAMES)
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.scorers))
    scorer = importlib.import_module("scorers.headings")
    known = chunkers()
    for name in SETS:
        cases = list(plain(arguments.data, name, None))
        for chunker in arguments.chunkers:
            for size in arguments.sizes:
                made = [(case, known[chunker](case.document.text, size)) for case in cases]
                chunks = sum(len(pieces) for _, pieces in made)
                bad = sum(_crossing(scorer, case, pieces) for case, pieces in made)
                found = {"chunks": chunks, "crossing": bad, "share": round(bad / max(1, chunks), 4)}
                print(json.dumps({"set": name, "chunker": chunker, "size": size, **found}), flush=True)


def _crossing(scorer: Any, case: Case, pieces: Pieces) -> int:
    """Chunks that cross sections at some depth; white space at the end of a section is none of it."""
    text, bad = case.document.text, set[int]()
    for depth in {node["depth"] for node in case.nodes}:
        own = (node for node in case.nodes if node["depth"] == depth)
        sections = [Span(node["start"], node["end"]).trimmed(text) for node in own]
        for i, piece in enumerate(pieces):
            if i not in bad and scorer.crossings(sections, [piece.whole])["crossing"]:
                bad.add(i)
    return len(bad)


if __name__ == "__main__":
    main()
