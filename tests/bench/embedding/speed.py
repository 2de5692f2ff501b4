"""How fast embedders are: `OMP_NUM_THREADS=1 python -m tests.bench.embedding.speed --data FOLDER NAME…`.

One JSON object an embedder, each in a process of its own: seconds of processor to load it and to run it
once, MiB that this adds, sentences and megabytes of text a second of processor. Of networks also `left`: how
much of the bare network's speed, on batches made beforehand, one call leaves; `padding`: its share of those.
"""

import argparse
import json
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.embedding.texts import records

SENTENCES = 400
_SET = "sentences/legal_en_intellectual_property"
_PAGE = 4096
_MEGABYTE = 1 << 20


def main() -> None:
    """A process each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--here", action="store_true")
    parser.add_argument("embedders", nargs="+")
    arguments = parser.parse_args()
    for name in arguments.embedders:
        if arguments.here:
            print(json.dumps(_measured(name, sentences_of(arguments.data))), flush=True)
        else:
            own = (
                sys.executable,
                "-m",
                "tests.bench.embedding.speed",
                "--here",
                "--data",
                arguments.data,
                name,
            )
            subprocess.run(own, check=True)


def sentences_of(data: Path) -> list[str]:
    """SENTENCES of court decisions."""
    texts = (
        record["text"][start:end].strip()
        for record in records(data, _SET)
        for start, end in record["sentences"]
    )
    return list(islice(filter(None, texts), SENTENCES))


def _measured(name: str, sentences: list[str]) -> dict[str, Any]:
    import onnxruntime  # noqa: F401 - parsers have loaded these
    import tokenizers  # noqa: F401

    from services.inference.embedding.embedder import Embedder
    from services.inference.embedding.engines import embedding_of

    before, began = _resident(), time.process_time()
    embed = embedding_of(name, Path("no-models-here"))
    loaded, held = time.process_time() - began, _resident() - before
    seconds = _seconds(lambda: embed(sentences))
    size = sum(len(text.encode()) for text in sentences)
    found = {
        "embedder": name,
        "load_s": round(loaded, 2),
        "mib": held // _MEGABYTE,
        "sentences_per_s": round(len(sentences) / seconds, 1),
        "characters": round(size / len(sentences), 1),
        "mb_per_s": round(size / seconds / 1e6, 2),
    }
    engine = getattr(embed, "__self__", None)
    return found | (_bare(engine, sentences, seconds) if isinstance(engine, Embedder) else {})


def _bare(engine: Any, sentences: list[str], seconds: float) -> dict[str, float]:
    """What the network alone would do."""
    from services.inference.embedding.embedder import IDS, MASK, padded

    ids = engine.subwords.of(sentences)
    made = [padded([ids[i] for i in batch], engine.subwords.padding) for batch in engine.together(ids)]
    given = [{IDS: found, MASK: mask} for found, mask in made]
    alone = _seconds(lambda: [engine._model.run_named(batch, "embedding") for batch in given])
    places = sum(found.size for found, _ in made)
    return {"left": round(alone / seconds, 3), "padding": round(1 - sum(map(len, ids)) / places, 3)}


def _seconds(work: Any) -> float:
    """The best of three."""
    found = []
    for _ in range(3):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


if __name__ == "__main__":
    main()
