"""Embedders of the operator's own: any ONNX network over subwords, declared by manifest."""

from pathlib import Path

from models.errors import ModelError, ModelUnavailable
from services.inference.embedding.embedder import IDS, KINDS, MASK, Embedder, Shape, run
from services.inference.embedding.pooling import Pooling
from services.inference.embedding.subwords import Subwords
from services.inference.manifests import Manifest
from services.inference.onnx import Model
from services.inference.providers import CPU

TOKENIZER, GRAPH_ENDING = "tokenizer.json", ".onnx"
LONGEST = 512
"""Subwords of a text that are read where the manifest does not say."""
_OF_TEXTS, _OF_SUBWORDS = 2, 3
"""Dimensions of an output."""


def declared(manifest: Manifest, models: Path, *, providers: tuple[str, ...] = CPU) -> Embedder:
    """One that was pulled or put there by hand; it has run. ModelUnavailable, ModelError."""
    files = manifest.contents(models)
    graphs = [content for name, content in files.items() if name.endswith(GRAPH_ENDING)]
    if len(graphs) != 1 or TOKENIZER not in files:
        raise ModelUnavailable(f"{manifest.name} needs one file *{GRAPH_ENDING} and a {TOKENIZER}")
    subwords = Subwords(files[TOKENIZER], manifest.longest or LONGEST)
    model = Model(graphs[0], providers=providers)
    if not {IDS} <= set(model.inputs) <= {IDS, MASK, KINDS}:
        raise ModelError(f"An embedder takes {IDS}, and perhaps {MASK} and {KINDS}.")
    pooling = Pooling(manifest.pooling)
    shape = _shape(model, subwords, pooling, manifest.output)
    return Embedder(model, subwords, shape, manifest.prefix)


def _shape(model: Model, subwords: Subwords, pooling: Pooling, declared: str | None) -> Shape:
    """The output that was declared, or the first one with as many dimensions as the pooling needs."""
    if declared is not None and declared not in model.outputs:
        raise ModelError(f"The embedder has no output {declared}.")
    wanted = _OF_TEXTS if pooling is Pooling.NONE else _OF_SUBWORDS
    ids = subwords.of(["a", "a a"])
    for name in model.outputs if declared is None else (declared,):
        found, mask = run(model, ids, subwords.padding, name)
        if found.ndim == wanted and found.shape[: wanted - 1] == mask.shape[: wanted - 1]:
            return Shape(name, pooling, found.shape[-1], None if pooling is Pooling.NONE else name)
    raise ModelError(f"The embedder has no output of {wanted} dimensions, as its pooling {pooling} needs.")
