"""Characters a second of SaT networks as large as sat-3l with random weights, beside wtpsplit-lite; one core.

`python -m tests.bench.sentences.sat_speed --data FOLDER [--characters N]`

The vocabulary is small, which changes the size of the embeddings and not the time.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from services.inference.sat.loading import from_folder
from services.inference.sat.options import Decoding, Weighting, Windows
from tests.bench.sentences.data import LEGAL
from tests.bench.sentences.speed import texts_of
from tests.support.sat_files import Graph, in_eight_bits, trained_tokenizer, written

VOCABULARY, LABELS = 8000, 111
THRESHOLD = 0.5
WINDOWS = (
    Windows(510, 510, Weighting.UNIFORM),
    Windows(510, 256, Weighting.HAT),
    Windows(510, 128, Weighting.HAT),
    Windows(510, 64, Weighting.UNIFORM),
)


def main() -> None:
    """One line of JSON a network, its windows, and who runs it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--characters", type=int, default=20_000)
    arguments = parser.parse_args()
    folder = arguments.data / "sentences"
    whole = "\n\n".join(text for name in LEGAL for text in texts_of(folder / f"{name}.jsonl.gz"))
    with tempfile.TemporaryDirectory() as made:
        for name in networks(Path(made), whole[:1_000_000]):
            measure(Path(made) / name, whole[: arguments.characters])


def networks(folder: Path, text: str) -> list[str]:
    """Writes one with numbers of 32 bits, of 16, and with products of 8; all take a mask of 16."""
    tokenizer = trained_tokenizer(text.splitlines(), VOCABULARY)
    for name, kind in (("float32", np.float32), ("float16", np.float16)):
        graph = Graph(layers=3, hidden=768, heads=12, labels=LABELS, tensor=kind, mask=np.float16)
        written(folder / name, graph.bytes(tokenizer.get_vocab_size()), tokenizer, LABELS)
    written(folder / "int8", b"", tokenizer, LABELS)
    in_eight_bits(folder / "float32/model_optimized.onnx", folder / "int8/model_optimized.onnx")
    return ["float32", "float16", "int8"]


def measure(folder: Path, text: str) -> None:
    """Both on the same files, with one thread."""
    ours, theirs = from_folder(folder, threshold=THRESHOLD), wtpsplit_lite(folder)
    for windows in WINDOWS:
        told = {"stride": windows.stride, "weighting": windows.weighting.value}
        runs = {
            "kerf": lambda windows=windows: list(ours.sentences(text, Decoding(windows=windows))),
            "wtpsplit-lite": lambda told=told: theirs.split(text, THRESHOLD, **told),
        }
        for name, run in runs.items():
            report({"network": folder.name, **told, "by": name, **timed(run, len(text))})
    lines = [line for line in text.splitlines() if line.strip()]
    short = {
        "kerf": lambda: list(ours.sentences_of_each(lines, Decoding(windows=WINDOWS[-1]))),
        "wtpsplit-lite": lambda: list(theirs.split(lines, THRESHOLD)),
    }
    for name, each in short.items():
        report({"network": folder.name, "texts": len(lines), "by": name, **timed(each, len(text))})


def report(line: dict[str, Any]) -> None:
    """A line of JSON."""
    print(json.dumps(line), flush=True)


def wtpsplit_lite(folder: Path) -> Any:
    """Importing it changes the environment."""
    import onnxruntime
    from wtpsplit_lite import SaT

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    threads, providers = {"sess_options": options}, ["CPUExecutionProvider"]
    return SaT(str(folder), str(folder), ort_providers=providers, ort_kwargs=threads)


def timed(run: Callable[[], list[Any]], size: int) -> dict[str, int]:
    """Sentences, characters a second of the processor, and the peak of the process so far."""
    began = time.process_time()
    found = len(run())
    speed = size / (time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"sentences": found, "per_second": int(speed), "peak_mib": peak}


if __name__ == "__main__":
    main()
