"""The engine that options name; each is loaded on first use."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from models.options import SentenceEngine, SentenceOptions
from services.inference.sentences import charboundary, nupunkt, spacy
from services.inference.sentences.values import Engine, StreamEngine

_WARMING = "All that is needed is loaded now. While files can be opened.\nA line."


def engine_of(options: SentenceOptions, models: Path) -> Engine:
    """Loaded, and run once: nothing is left to be opened. `models` holds pulled networks.

    ModelUnavailable, ModelError.
    """
    engine = _MAKERS[options.engine](options, models)
    for _ in engine(_WARMING):
        pass
    return engine


def streamed(options: SentenceOptions, models: Path) -> StreamEngine:
    """The engine for texts that come in parts; `kerf` holds no more than a window of them.

    ModelUnavailable, ModelError.
    """
    if options.engine is SentenceEngine.KERF:
        from services.inference.boundaries import splitter  # noqa: PLC0415

        return partial(splitter.sentences_of, threshold=options.threshold)
    engine = engine_of(options, models)
    return lambda parts: engine("".join(parts))


def _kerf(options: SentenceOptions, _: Path) -> Engine:
    from services.inference.boundaries import splitter  # noqa: PLC0415  loads numpy and onnxruntime

    return partial(splitter.sentences, threshold=options.threshold)


_MAKERS: dict[SentenceEngine, Callable[[SentenceOptions, Path], Engine]] = {
    SentenceEngine.KERF: _kerf,
    SentenceEngine.NUPUNKT: lambda _, __: nupunkt.sentences,
    SentenceEngine.SPACY: lambda options, _: spacy.engine(options.sentence_model, options.language),
    SentenceEngine.CHARBOUNDARY: lambda _, __: charboundary.engine(),
}
