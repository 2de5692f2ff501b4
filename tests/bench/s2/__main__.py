"""Chunks against the sections of the gold, at equal mean size, and sidebars of made-up magazines.

`python -m tests.bench.s2 --data FOLDER [--sets readoc rendered gpo_reports docling_cvat sidebars]
[--chunkers NAME…] [--size 1200] [--equal set|document|cap] [--rows] [--most N]`: one JSON object a set and
chunker, then the first chunker against each other over the documents of all sets. Limits are chosen so that
chunks have `--size` characters on average, over the set or, as near as it goes, in every document; with
`--equal cap` the size is the limit itself. `columns` are the documents whose pages have several.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from models.chunk import Chunk
from models.document import Document
from tests.bench.s2.cases import SETS, Case, cases
from tests.bench.s2.chunkers import CHUNKERS, Chunker, embed, sentences
from tests.bench.s2.inside import held, inside
from tests.bench.s2.pooled import compared
from tests.bench.s2.scoring import scores, size
from tests.bench.s2.sidebars import sidebars

NEAR, STEPS = 0.03, 9
PARTS = ("all", "columns")


class Row(NamedTuple):
    """One document cut one way."""

    case: Case
    scores: dict[str, float]


def main() -> None:
    """Every set by every chunker."""
    arguments = _arguments()
    rows: dict[str, list[Row]] = {name: [] for name in arguments.chunkers}
    for name in arguments.sets:
        if name == "sidebars":
            for found in sidebars(arguments.data, arguments.chunkers):
                print(json.dumps({"set": name, **found}), flush=True)
            continue
        for chunker, own in _measured(cases(arguments.data, name)[: arguments.most], arguments):
            rows[chunker] += own
            _print(own, {"set": name, "chunker": chunker}, each=arguments.rows)
    for part in PARTS:
        ways = {name: [row.scores for row in _part(own, part)] for name, own in rows.items()}
        for found in compared(ways, arguments.chunkers[0]) if any(ways.values()) else ():
            print(json.dumps({"sets": "together", "part": part, **found}), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", choices=(*SETS, "sidebars"), default=(*SETS, "sidebars"))
    parser.add_argument("--chunkers", nargs="+", choices=tuple(CHUNKERS), default=tuple(CHUNKERS))
    parser.add_argument("--size", type=int, default=1200)
    parser.add_argument("--equal", choices=("set", "document", "cap"), default="set")
    parser.add_argument("--rows", action="store_true", help="also one line a document")
    parser.add_argument("--most", type=int)
    return parser.parse_args()


def _measured(chosen: Sequence[Case], arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    known = [held(case.document, sentences, embed) for case in chosen]
    for name in arguments.chunkers:
        groups = [[case.document] for case in chosen]
        if arguments.equal == "set":
            groups = [[case.document for case in chosen]]
        steps = 0 if arguments.equal == "cap" else STEPS
        made = [pair for group in groups for pair in _of_mean(CHUNKERS[name], group, arguments.size, steps)]
        yield (
            name,
            [
                Row(case, _row(case, chunks, limit) | inside(what, chunks))
                for case, what, (chunks, limit) in zip(chosen, known, made, strict=True)
            ],
        )


def _row(case: Case, chunks: Sequence[Chunk], limit: int) -> dict[str, float]:
    of_chunks = {"chunks": float(len(chunks)), "mean": fmean(size(chunk) for chunk in chunks)}
    return {**scores(case.gold, chunks, limit), **of_chunks, "limit": float(limit)}


def _print(rows: Sequence[Row], about: dict[str, object], *, each: bool) -> None:
    for row in rows if each else ():
        print(json.dumps({**about, "document": row.case.name, **row.scores}), flush=True)
    for part in PARTS:
        kept = [row.scores for row in _part(rows, part)]
        means = {key: round(fmean(own[key] for own in kept), 4) for key in kept[0]} if kept else {}
        print(json.dumps({**about, "part": part, "documents": len(kept), **means}), flush=True)


def _part(rows: Sequence[Row], part: str) -> list[Row]:
    return [row for row in rows if part == "all" or row.case.has_columns]


def _of_mean(
    cut: Chunker, documents: Sequence[Document], wanted: int, steps: int
) -> list[tuple[Sequence[Chunk], int]]:
    """Chunks, and the limit in characters that makes them so large on average; without steps that size."""
    if not steps:
        return [(cut(document, wanted), wanted) for document in documents]
    low, high, limit = wanted / 2, 16.0 * wanted, 1.4 * wanted
    best: tuple[float, list[tuple[Sequence[Chunk], int]]] | None = None
    for _ in range(steps):
        made = [(cut(document, int(limit)), int(limit)) for document in documents]
        mean = fmean(size(chunk) for chunks, _ in made for chunk in chunks)
        off = abs(mean - wanted)
        best = min(best or (off, made), (off, made), key=lambda pair: pair[0])
        if off < NEAR * wanted:
            break
        low, high = (limit, high) if mean < wanted else (low, limit)
        limit = (low * high) ** 0.5
    return best[1] if best else []


if __name__ == "__main__":
    main()
