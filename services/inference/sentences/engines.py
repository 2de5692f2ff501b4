"""The engine that options name; each is loaded on first use."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from models.options import SentenceEngine, SentenceOptions
from services.inference.sentences import charboundary, networks, nupunkt, spacy
from services.inference.sentences.values import Engine, StreamEngine

_WARMING = ("All that is needed is loaded now. While files can be opened.\n" * 8, "\n" + "it is " * 90)
"""With something for each network of `auto`."""
_KEPT = 8
"""Engines that have run; one job after the other takes them as they are."""


@lru_cache(_KEPT)
def engine_of(options: SentenceOptions, models: Path) -> Engine:
    """Loaded, and run once: nothing is left to be opened. `models` holds pulled networks.

    ModelUnavailable, ModelError, InvalidOptions.
    """
    engine = streamed(options, models)
    for _ in engine(_WARMING):
        pass
    return lambda text: engine([text])


def streamed(options: SentenceOptions, models: Path) -> StreamEngine:
    """The engine for texts that come in parts: kerf, sat and auto hold no more than a window of them.

    ModelUnavailable, ModelError, InvalidOptions.
    """
    return _MAKERS[options.engine](options, models)


def _kerf(options: SentenceOptions, _: Path) -> StreamEngine:
    from services.inference.boundaries import splitter  # noqa: PLC0415  loads numpy and onnxruntime

    return partial(splitter.sentences_of, threshold=options.threshold)


def _whole(engine: Engine) -> StreamEngine:
    return lambda parts: engine("".join(parts))


_MAKERS: dict[SentenceEngine, Callable[[SentenceOptions, Path], StreamEngine]] = {
    SentenceEngine.KERF: _kerf,
    SentenceEngine.NUPUNKT: lambda _, __: _whole(nupunkt.sentences),
    SentenceEngine.SAT: networks.sat,
    SentenceEngine.SPACY: lambda options, _: _whole(spacy.engine(options.sentence_model, options.language)),
    SentenceEngine.CHARBOUNDARY: lambda _, __: _whole(charboundary.engine()),
    SentenceEngine.AUTO: networks.auto,
}
