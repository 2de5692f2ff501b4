"""How large the inputs of MiniLM's layers become: `python -m tests.bench.embedding.ranges --data FOLDER`.

Writes `ranges.npy`, from which the weights of whole numbers are scaled. Needs the package onnx.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from services.inference.batches import batches
from services.inference.boundaries.arrays import Floats
from services.inference.catalogue import EMBEDDER
from services.inference.embedding import quantised
from services.inference.embedding.embedder import embedder
from services.inference.embedding.graph import graph
from services.inference.embedding.weights import inputs, weights
from services.inference.manifests import named
from tests.bench.embedding.texts import sets

OF_EACH = 24
"""Texts of each set."""
SHARE = 1e-4
"""Of the values of one input, left out at both ends."""
_AT_ONCE = 1 << 10


def main() -> None:
    """Run, and write the lowest and highest values."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    texts = [text for found in sets(parser.parse_args().data, 0, OF_EACH) for text in found.texts]
    values = _values(texts)
    table = np.concatenate(
        [np.quantile(values[source], (SHARE, 1 - SHARE), axis=0) for source in quantised.widths()], axis=1
    )
    np.save(Path(quantised.__file__).with_name(quantised.RANGES), table.astype(np.float16))


def _values(texts: list[str]) -> dict[str, Floats]:
    """What every input was, a row a subword."""
    nowhere = Path()
    network = onnx.load_from_string(graph())
    held = weights(named(EMBEDDER, nowhere).data(nowhere))
    taps = {
        source: next(node.input[0] for node in network.graph.node if f"{names[0]}.weight" in node.input)
        for source, names in inputs().items()
    }
    network.graph.output.extend(onnx.ValueInfoProto(name=name) for name in taps.values())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    given = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in held.values()]
    options.add_external_initializers(list(held), given)
    session = onnxruntime.InferenceSession(
        network.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    ids = embedder(nowhere).subwords.of(texts)
    found: dict[str, list[Floats]] = {source: [] for source in taps}
    for batch in batches([len(text) for text in ids], _AT_ONCE, 0):
        padded = np.zeros((len(batch), max(len(ids[i]) for i in batch)), np.int64)
        mask = np.zeros_like(padded)
        for row, i in enumerate(batch):
            padded[row, : len(ids[i])], mask[row, : len(ids[i])] = ids[i], 1
        outputs = session.run(list(taps.values()), {"input_ids": padded, "attention_mask": mask})
        for source, output in zip(taps, outputs, strict=True):
            found[source].append(output[mask.astype(bool)])
    return {source: np.concatenate(rows) for source, rows in found.items()}


if __name__ == "__main__":
    main()
