"""How like MiniLM's vectors an embedder's are: `python -m tests.bench.embedding.quality --data FOLDER NAME…`.

One JSON object an embedder and kind of text: held (the half of documents that nothing was learned from) and
others (kinds that nothing was learned from, class C). Within each set, then means over the sets: `rank`
correlation (Spearman) of cosines of pairs of texts, `neighbours`: correlation of the cosines of texts that
follow each other, `nearest`: how often MiniLM's nearest text is among the ten nearest, `cosine` with MiniLM's
own vectors where they have as many numbers. What a search finds: `python -m tests.bench.retrieval --by NAME`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from services.inference.boundaries.arrays import Floats
from services.inference.embedding.engines import MINILM_FP32, embedding_of
from tests.bench.embedding.texts import Set, records, sets

OF_EACH = 120
OTHERS = (
    "topics/choi",
    "topics/clinical",
    "topics/lectures_ai",
    "topics/lectures_physics",
    "topics/manifesto",
)
_NEAREST = 10
_ROUND = 3


def main() -> None:
    """Every embedder, all kinds of texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("embedders", nargs="+")
    arguments = parser.parse_args()
    kinds = {
        "held": list(sets(arguments.data, 1, OF_EACH)),
        "others": [Set(name, list(_units(arguments.data, name))) for name in OTHERS],
    }
    exact = {kind: _rows(MINILM_FP32, found) for kind, found in kinds.items()}
    for name in arguments.embedders:
        for kind, found in kinds.items():
            likeness = [_likeness(*rows) for rows in zip(_rows(name, found), exact[kind], strict=True)]
            means = {key: round(float(np.mean([it[key] for it in likeness])), _ROUND) for key in likeness[0]}
            print(json.dumps({"embedder": name, "texts": kind, **means}), flush=True)


def _units(data: Path, name: str) -> Iterator[str]:
    """Units of the first documents, no more than thirty of each."""
    texts = (
        record["text"][start:end]
        for record in records(data, name)
        for start, end in record["units"][:30]
        if end - start > OF_EACH // 4
    )
    return islice(texts, OF_EACH)


def _rows(name: str, found: Sequence[Set]) -> list[Floats]:
    embed = embedding_of(name, Path("no-models-here"))
    return [embed(one.texts) for one in found]


def _likeness(rows: Floats, exact: Floats) -> dict[str, float]:
    own, wanted = rows @ rows.T, exact @ exact.T
    pairs = np.triu_indices(len(rows), 1)
    nearest = (wanted - 2 * np.eye(len(wanted), dtype=np.float32)).argmax(1)
    near = np.argsort(-(own - 2 * np.eye(len(own), dtype=np.float32)), axis=1)[:, :_NEAREST]
    found = {
        "rank": np.corrcoef(_ranks(own[pairs]), _ranks(wanted[pairs]))[0, 1],
        "neighbours": np.corrcoef(own.diagonal(1), wanted.diagonal(1))[0, 1],
        "nearest": (near == nearest[:, None]).any(1).mean(),
    }
    if rows.shape == exact.shape:
        found["cosine"] = (rows * exact).sum(1).mean()
    return {key: float(value) for key, value in found.items()}


def _ranks(values: Floats) -> Floats:
    found: Floats = values.argsort().argsort().astype(np.float32)
    return found


if __name__ == "__main__":
    main()
