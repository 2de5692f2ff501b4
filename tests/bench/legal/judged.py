"""References of contracts that were judged by reading them: ids, offsets and verdicts, no text.

A seeded draw (at most two from a contract, of the half of CUAD for figures; two draws before it were used to
make rules), each read in its place beside the outline. `exact`: the part that is meant; `around`: the
smallest part of the outline that holds it; `none`: rightly no part, for the text has none; `wrong` when it
was judged.

`python -m tests.bench.legal.judged --data FOLDER` tells how many of the right ones still are.
"""

import argparse
import json
from collections import Counter
from itertools import groupby
from pathlib import Path

from services.legal.references import references
from services.outline.outline import outline_of
from tests.bench.legal import cuad
from tests.bench.legal.__main__ import document

JUDGED = Path(__file__).with_name("judged.json")


def main() -> None:
    """Verdicts, and which of the right ones are as they were."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.legal.judged")
    parser.add_argument("--data", type=Path, required=True)
    chosen = parser.parse_args()
    judged = json.loads(JUDGED.read_text(encoding="utf-8"))
    texts = {record["id"]: record["text"] for record in cuad.records(chosen.data, development=False)}
    kept: Counter[str] = Counter()
    for contract, group in groupby(judged, key=lambda one: one[0]):
        text = texts[contract]
        outline = outline_of(document(text))
        found = references(text, outline)
        for _, offset, verdict, starts in group:
            here = (ref for ref in found if ref.span.start <= offset + 3 and ref.span.end > offset)
            now = sorted({outline.nodes[i].span.start for ref in here for i in ref.targets})
            kept[verdict] += verdict != "wrong" and now == starts
    verdicts = Counter(one[2] for one in judged)
    print(f"judged: {dict(verdicts)} of {len(judged)}; right then and the same now: {dict(kept)}")


if __name__ == "__main__":
    main()
