"""Write the trained network into the house, after a look at what its rounding to eight bits changes.

The one that ships is trained without a fifth of the documents, which is what is reported, and then a little
on all of them (one processor core, 0.11 s a step):

    python -m tests.bench.sentences.characters.train --data FOLDER --out held.pt --steps 7500
    python -m tests.bench.sentences.characters.train --data FOLDER --out all.pt --steps 1000 --all \\
        --start held.pt --peak 4e-4
    python -m tests.bench.sentences.characters.write --weights all.pt --steps 7500 1000

Needs requirements-characters.txt. Prints how far its answers are from the trainer's on random words. With
--out it writes the network to a file, and nothing else.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from services.inference.boundaries.arrays import Floats
from services.inference.characters import splitter
from services.inference.characters.features import HASHED, SHAPED
from services.inference.onnx import Model
from tests.bench.sentences.characters.export import as_onnx
from tests.bench.sentences.characters.network import Parameters, answers
from tests.bench.sentences.characters.sources import GOLD, HELD_FOLD, SILVER
from tests.bench.sentences.characters.train import SEED

HOUSE = Path(splitter.__file__).parent
NAME = "characters.onnx"
_LOOKED_AT = 4096
_LICENCES = {
    "legal_*": "CC BY 4.0 (MultiLegalSBD, arXiv 2305.01211; English: Savelka et al. 2017)",
    "ud_*": "CC BY-SA 4.0 (Universal Dependencies)",
    "retrieval/cuad": "CC BY 4.0 (CUAD v1, The Atticus Project)",
    "retrieval/chroma_general_corpora": "public domain (the State of the Union address alone)",
    "legal_structure/us_bills_laws": "public domain (US government)",
    "legal_structure/dc_code": "public domain (government edict)",
    "legal_structure/uk_explanatory_memoranda": "Open Government Licence v3.0",
    "topics/qmsum": "MIT (QMSum)",
}


def main() -> None:
    """Compare and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--steps", type=int, nargs="+", required=True)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    weights: Parameters = torch.load(arguments.weights)
    data = as_onnx({name: value.detach().numpy() for name, value in weights.items()}, {})
    print(json.dumps(_differences(weights, data)))
    if arguments.out:
        arguments.out.write_bytes(data)
    else:
        _write(data, arguments.steps)


def _write(data: bytes, steps: list[int]) -> None:
    manifest = {
        "seed": SEED, "steps": steps, "fold_of_the_last_steps_alone": HELD_FOLD,
        "sha256": {NAME: hashlib.sha256(data).hexdigest()},
        "gold": GOLD, "silver": SILVER, "licences": _LICENCES,
    }  # fmt: skip
    (HOUSE / NAME).write_bytes(data)
    (HOUSE / "trained.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _differences(weights: Parameters, data: bytes) -> dict[str, float]:
    random = np.random.default_rng(SEED)
    firsts = [np.cumsum((0, *sizes[:-1])) for sizes in (HASHED, SHAPED)]
    rows = np.concatenate(
        [
            first + random.integers(0, sizes, (_LOOKED_AT, len(sizes)))
            for first, sizes in zip(firsts, (HASHED, SHAPED), strict=True)
        ],
        axis=1,
    )
    with torch.no_grad():
        logits: Floats = answers(weights, torch.from_numpy(rows)[None])[0, :, 0]
    expected = torch.sigmoid(logits).numpy()
    found = Model(data).run(rows.astype(np.float32))
    differences = np.abs(expected - found)
    return {
        "largest": float(differences.max()),
        "mean": float(differences.mean()),
        "megabytes": len(data) / 1e6,
    }


if __name__ == "__main__":
    main()
