"""Language models by manifest: a graph and its tokenizer.json, nothing that is looked for elsewhere."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from models.errors import ModelError, ModelUnavailable
from models.span import Span
from services.inference.manifests import Manifest, Task, manifests
from services.segmentation.tools import LanguageModel

TOKENIZER = "tokenizer.json"
LONGEST = 256
"""Tokens read at once where the manifest says nothing: logits of 256 tokens of 150,000 are 150 MB."""
_POINTER = "/language_model"
_WARMING = "All that is needed is loaded now. While files can be opened."
_KEPT = 1


@lru_cache(_KEPT)
def language_model_of(name: str | None, models: Path) -> LanguageModel:
    """The one of that name, or the only one there is; it has run. ModelUnavailable, ModelError."""
    known = [manifest for manifest in manifests(models) if manifest.task is Task.LANGUAGE]
    found = [manifest for manifest in known if name in (None, manifest.name)]
    if len(found) != 1:
        raise ModelUnavailable(_why_none(name, known), pointer=_POINTER)
    model = from_files(found[0].contents(models), found[0].longest or LONGEST)
    model.surprisals(_WARMING, [Span(0, len(_WARMING))])
    return model


def from_files(files: Mapping[str, bytes], longest: int = LONGEST) -> LanguageModel:
    """By name: one `.onnx`, and tokenizer.json. ModelUnavailable, ModelError."""
    graphs = [data for name, data in files.items() if name.endswith(".onnx")]
    if len(graphs) != 1 or TOKENIZER not in files:
        raise ModelUnavailable(f"a language model has one .onnx file and {TOKENIZER}", pointer=_POINTER)
    import tokenizers  # noqa: PLC0415 - 30 ms; the others load numpy and onnxruntime

    from services.inference.language_models.model import TokenModel  # noqa: PLC0415
    from services.inference.language_models.network import Network  # noqa: PLC0415
    from services.inference.onnx import Model  # noqa: PLC0415

    try:
        tokenizer = tokenizers.Tokenizer.from_buffer(files[TOKENIZER])
    except Exception as error:  # the library raises plain Exception for any bad file
        raise ModelError(f"The language model's {TOKENIZER} cannot be read.") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return TokenModel(Network(Model(graphs[0]), longest), tokenizer)


def _why_none(name: str | None, known: list[Manifest]) -> str:
    if name is not None:
        return f"there is no language model {name!r}"
    return "there are several language models: name one" if known else "there is no language model here"
