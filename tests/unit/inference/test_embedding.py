"""The embedder that ships with Kerf, held against the same weights in plain numpy."""

import itertools
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelError
from services.inference.batches import batches
from services.inference.boundaries.arrays import Floats
from services.inference.catalogue import EMBEDDER
from services.inference.embedding import graph
from services.inference.embedding.embedder import Embedder, embedder
from services.inference.embedding.engines import MINILM, MINILM_FP32, embedding_of
from services.inference.embedding.quantised import MOST_INPUT, quantised, shapes
from services.inference.embedding.safetensors import arrays_in
from services.inference.embedding.weights import FORM, GRAPH, INT8_GRAPH, matrices, weights
from services.inference.manifests import Task, named
from services.inference.providers import available
from tests.support import source

NOWHERE = Path("no-models-here")
TEXTS = (
    "The lease ends on 31 March.",
    "Das Mietverhältnis endet am 31. März.",
    "def close(self):\n    return self.door.close()",
    "",
    "one word after another " * 20,
)


@cache
def ours() -> Embedder:
    return embedder(NOWHERE, int8=False)


@cache
def whole() -> Embedder:
    """The one of whole numbers."""
    return embedder(NOWHERE)


@cache
def arrays() -> dict[str, Floats]:
    return arrays_in(named(EMBEDDER, NOWHERE).data(NOWHERE))


def linear(x: Floats, name: str) -> Floats:
    found: Floats = x @ arrays()[f"{name}.weight"].T + arrays()[f"{name}.bias"]
    return found


def normal(x: Floats, name: str) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + graph.EPSILON)
    found: Floats = scaled * arrays()[f"{name}.weight"] + arrays()[f"{name}.bias"]
    return found


def reference(ids: list[int]) -> Floats:
    """BERT as it was published, one text, no padding."""
    tables = {
        kind: arrays()[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
    }
    x = normal(
        tables["word"][ids] + tables["position"][: len(ids)] + tables["token_type"][0], "embeddings.LayerNorm"
    )
    for layer in range(FORM.layers):
        name = f"encoder.layer.{layer}"
        split = [
            linear(x, f"{name}.attention.self.{part}").reshape(len(ids), FORM.heads, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        ]
        scores = split[0] @ split[1].swapaxes(1, 2) / math.sqrt(FORM.width / FORM.heads)
        share = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (share / share.sum(-1, keepdims=True) @ split[2]).swapaxes(0, 1).reshape(len(ids), -1)
        x = normal(x + linear(seen, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = linear(x, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = normal(x + linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = x.mean(0)
    found: Floats = mean / np.linalg.norm(mean)
    return found


def test_vectors_are_those_of_the_published_network() -> None:
    found = ours().embed(TEXTS)
    assert found.shape == (len(TEXTS), FORM.width)
    for text, vector in zip(TEXTS, found, strict=True):
        expected = reference(ours().subwords.of([text])[0])
        assert float(vector @ expected) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("made", "off"), [(ours, 1e-5), (whole, 1e-5)])
def test_neighbours_in_a_batch_change_nothing(made: Callable[[], Embedder], off: float) -> None:
    together, alone = made().embed(TEXTS), [made().embed([text])[0] for text in TEXTS]
    assert np.abs(together - np.stack(alone)).max() < off
    assert made().embed([]).shape == (0, FORM.width)


def test_whole_numbers_give_nearly_the_same_vectors() -> None:
    licence = (source.ROOT / "LICENSE").read_text(encoding="utf-8")
    texts = [" ".join(part.split()) for part in re.split(r"(?<=\.)\s+", licence)][:100]
    assert len(texts) == 100
    exact, found = ours().embed(texts), whole().embed(texts)
    cosines = (exact * found).sum(1)
    assert cosines.mean() > 0.994
    assert cosines.min() > 0.975
    neighbours = [(rows[1:] * rows[:-1]).sum(1) for rows in (exact, found)]
    assert np.corrcoef(neighbours)[0, 1] > 0.995


def test_no_sum_of_two_products_overflows_where_processors_add_in_16_bits() -> None:
    held = quantised(weights(named(EMBEDDER, NOWHERE).data(NOWHERE)))
    assert {name: (array.dtype, array.shape) for name, array in held.items()} == {
        name: (np.dtype(kind), shape) for name, (kind, shape) in shapes().items()
    }
    most = max(int(np.abs(held[name].astype(np.int16)).max()) for name in matrices())
    assert 2 * MOST_INPUT * most <= np.iinfo(np.int16).max


def test_the_last_layer_is_what_vectors_are_the_mean_of() -> None:
    states = ours().states(ours().subwords.of(TEXTS))
    means = np.stack([rows.mean(0) for rows in states])
    assert np.allclose(means / np.linalg.norm(means, axis=1, keepdims=True), ours().embed(TEXTS), atol=1e-5)


def test_what_is_too_long_is_cut() -> None:
    long = "word " * 1000
    (ids,) = ours().subwords.of([long])
    assert len(ids) == 256
    assert np.array_equal(ours().embed([long]), ours().embed([long + "and more"]))


def test_the_graph_is_what_its_script_writes() -> None:
    for name, int8 in ((GRAPH, False), (INT8_GRAPH, True)):
        assert graph.graph(int8=int8) == Path(graph.__file__).with_name(name).read_bytes()


def test_the_manifest_says_what_it_is() -> None:
    manifest = named(EMBEDDER, NOWHERE)
    assert (manifest.task, manifest.licence) == (Task.EMBEDDING, "Apache-2.0")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x02\0\0\0\0\0\0\0[]",
        b'\x3e\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}        ',
    ],
)
def test_a_broken_file_of_weights_is_a_typed_error(data: bytes) -> None:
    with pytest.raises(ModelError):
        weights(data)


@pytest.mark.parametrize("sizes", [[], [5], [510] * 40, list(range(1, 511)), [510, *[3] * 30]])
def test_texts_of_a_batch_have_about_the_same_length(sizes: list[int]) -> None:
    found = list(batches(sizes, 1 << 12, 2))
    assert sorted(itertools.chain(*found)) == list(range(len(sizes)))
    for batch in found:
        longest = max(sizes[i] for i in batch)
        assert min(sizes[i] for i in batch) >= 0.9 * longest
        assert len(batch) * (longest + 2) <= 1 << 12


@pytest.mark.parametrize("name", [MINILM, MINILM_FP32])
@pytest.mark.parametrize("provider", [name for name in available() if not name.startswith("Azure")])
def test_every_device_that_is_there_gives_the_same_vectors(provider: str, name: str) -> None:
    found = embedding_of(name, NOWHERE, (provider,))(TEXTS)
    expected = (whole() if name == MINILM else ours()).embed(TEXTS)
    lengths = np.linalg.norm(expected, axis=1)
    assert found.shape == expected.shape
    assert np.min((found * expected).sum(axis=1)[lengths > 0]) > 0.999
