"""Tools for segmentation, each loaded on first use and kept for the life of the process."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from models.options import (
    ChunkingOptions,
    EmbeddingOptions,
    EntityOptions,
    LanguageModelOptions,
    LayoutMode,
    OcrEngine,
    OcrMode,
    Options,
    ParsingOptions,
    SentenceOptions,
    VectorMode,
)
from services.extraction.seeing import Sight
from services.extraction.sight import Eyes, Regions
from services.inference.embedders import Embedders
from services.inference.entities import finder
from services.inference.language_models.loading import language_model_of
from services.inference.providers import CPU
from services.inference.sentences.parts import splitter_of
from services.inference.tokenizers import load_tokenizer
from services.inference.vectors import late_vectors_by, vectors_by
from services.segmentation.code.grammars import load_all
from services.segmentation.tools import LanguageModel, Tokenizer, Tools

T = TypeVar("T", bound=Options)


@dataclass(frozen=True, slots=True)
class Toolkit:
    """`models` holds pulled files; `anywhere` lets `hf:PATH` name any file (the CLI's own user).

    `providers`: what the networks that look at pages are computed on. `inference`: where the process listens
    that embeds texts for all; they are embedded here where there is none.
    """

    models: Path
    anywhere: bool = False
    providers: tuple[str, ...] = CPU
    inference: Path | None = None
    _loaded: dict[str, Tokenizer] = field(default_factory=dict)
    _readers: dict[tuple[str, ...], Eyes] = field(default_factory=dict)
    _detectors: list[Regions] = field(default_factory=list)

    def tokenizer(self, name: str) -> Tokenizer:
        """The tokenizer, or TokenizerUnavailable."""
        if name not in self._loaded:
            self._loaded[name] = load_tokenizer(name, self.models, anywhere=self.anywhere)
        return self._loaded[name]

    def tools(self, options: ChunkingOptions) -> Tools:
        """What segmentation needs under these options; grammars are loaded while files can be opened."""
        if options.name in ("cast", "auto"):
            load_all()
        sentences = splitter_of(_those_of(SentenceOptions, options), self.models)
        named = _those_of(EntityOptions, options).entities
        entities = finder(named, self.models) if named else None
        tokenizer, language_model = self.tokenizer(options.tokenizer), self._language_model(options)
        embedders, embed, vectors = Embedders(self.models, self.inference), None, None
        if isinstance(options, EmbeddingOptions):
            embed = embedders.embed(options.embedder, "/embedder")
        if options.vectors is VectorMode.CHUNK:
            vectors = vectors_by(embedders.embed(options.vector_embedder, "/vector_embedder"))
        elif options.vectors is VectorMode.LATE:
            vectors = late_vectors_by(embedders.late(options.vector_embedder, "/vector_embedder"))
        return Tools(
            tokenizer,
            sentences,
            entities,
            embed,
            vectors,
            embedders.descriptors,
            language_model,
        )

    def _language_model(self, options: ChunkingOptions) -> LanguageModel | None:
        if not isinstance(options, LanguageModelOptions):
            return None
        return language_model_of(options.language_model, self.models)

    def sight(self, options: ParsingOptions, *, seeing: bool) -> Sight:
        """How pages are looked at; with engines only where `seeing`. ModelUnavailable, ModelError."""
        if not seeing:
            return Sight(options.ocr, layout_mode=options.layout)
        return Sight(options.ocr, self._eyes(options), options.layout, self._layout(options))

    def _eyes(self, options: ParsingOptions) -> Eyes | None:
        if options.ocr is OcrMode.NEVER:
            return None
        wanted = (options.ocr_engine, *options.ocr_languages)
        if wanted not in self._readers:
            self._readers[wanted] = self._eyes_of(options)
        return self._readers[wanted]

    def _eyes_of(self, options: ParsingOptions) -> Eyes:
        from services.inference.engines import page_reader  # noqa: PLC0415  loads numpy
        from services.inference.tesseract import tesseract_reader  # noqa: PLC0415  loads ctypes

        if options.ocr_engine is OcrEngine.TESSERACT:
            return tesseract_reader(options.ocr_languages)
        return page_reader(options.ocr_languages, self.models, self.providers)

    def _layout(self, options: ParsingOptions) -> Regions | None:
        if options.layout is LayoutMode.FAST:
            return None
        if not self._detectors:
            from services.inference.engines import layout_reader  # noqa: PLC0415  loads numpy

            self._detectors.append(layout_reader(self.models, self.providers))
        return self._detectors[0]


def _those_of(kind: type[T], options: ChunkingOptions) -> T:
    """What the strategy's options say of them; the defaults where it has none."""
    return kind.model_validate(options.model_dump(include=set(kind.model_fields)))
