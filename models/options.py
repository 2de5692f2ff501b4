"""Options are validated once, frozen, and reject what they do not know."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from models.errors import InvalidOptions

DEFAULT_STRATEGY = "auto"
SMALLEST_CAP = 16


class Options(BaseModel):
    """Base of every options class: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OcrMode(StrEnum):
    """Which pages are read from their picture: those that need it, all, none."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class OcrEngine(StrEnum):
    """What reads pictures: the networks that Kerf ships with, or Tesseract where it is installed."""

    NETWORKS = "networks"
    TESSERACT = "tesseract"


class LayoutMode(StrEnum):
    """What tells regions of a page: its geometry, a network, or a network where the geometry is doubtful."""

    FAST = "fast"
    MODEL = "model"
    AUTO = "auto"


class SentenceEngine(StrEnum):
    """What splits text into sentences."""

    KERF = "kerf"
    NUPUNKT = "nupunkt"
    SAT = "sat"
    SPACY = "spacy"
    CHARBOUNDARY = "charboundary"
    AUTO = "auto"


class VectorMode(StrEnum):
    """What the vector of a chunk is made of."""

    NONE = "none"
    CHUNK = "chunk"
    LATE = "late"


WITH_PROBABILITIES = (SentenceEngine.KERF, SentenceEngine.SAT, SentenceEngine.AUTO)

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""ISO 639."""

ModelName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""Never a path."""

MOST_LANGUAGES = 16


class ParsingOptions(Options):
    """How a document is read, before anything is cut. Other options, another parsed form."""

    ocr: OcrMode = Field(
        default=OcrMode.AUTO,
        description="auto reads pictures of pages without usable text, always all pages, never none.",
    )
    ocr_languages: tuple[Language, ...] = Field(
        default=(),
        max_length=MOST_LANGUAGES,
        description="Languages of pictures (ISO 639); found by themselves when none is given.",
    )
    ocr_engine: OcrEngine = Field(
        default=OcrEngine.NETWORKS,
        description="networks, or tesseract where the operator has installed it.",
    )
    layout: LayoutMode = Field(
        default=LayoutMode.FAST,
        description="fast tells regions by geometry, model by a network, auto by both where doubtful.",
    )

    @field_validator("ocr_languages", mode="after")
    @classmethod
    def _in_one_order(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(languages)))

    def stored(self) -> dict[str, Any]:
        """What differs from the defaults: equal options are equal here, also when there will be more."""
        return self.model_dump(mode="json", exclude_defaults=True)


class ChunkingOptions(Options):
    """What every strategy understands. Sizes are tokens of `tokenizer`."""

    tokenizer: str = Field(
        default="bert",
        max_length=512,
        pattern=r"^(characters|non_whitespace|words|bert|tiktoken:(o200k_base|cl100k_base)|hf:[^\x00]+)$",
        description="characters, non_whitespace (characters that are no white space), words, bert, "
        "tiktoken:o200k_base, tiktoken:cl100k_base or hf:PATH",
    )
    max_tokens: int = Field(
        default=512,
        ge=SMALLEST_CAP,
        le=1_000_000,
        description="Hard cap: heading context, text and the model's special tokens together.",
    )
    target_tokens: int | None = Field(
        default=None, ge=1, description="Preferred size; the cap when not given."
    )
    min_tokens: int = Field(
        default=0, ge=0, description="Soft lower limit: smaller chunks only where unavoidable."
    )
    overlap_tokens: int = Field(
        default=0, ge=0, description="Repeat whole units of the chunk before, up to this size."
    )
    heading_context: bool = Field(
        default=True,
        description="Prefix chunks with the headings above them, and with the header of a table that goes "
        "on, inside the cap.",
    )
    vectors: VectorMode = Field(
        default=VectorMode.NONE,
        description="chunk gives every chunk a vector of its context and text, late one of its words as "
        "they stand in the text around them (late chunking).",
    )
    vector_embedder: ModelName = Field(
        default="minilm", description="What makes these vectors; named as an `embedder`."
    )

    @model_validator(mode="after")
    def _sizes_agree(self) -> Self:
        if self.target_tokens is not None and self.target_tokens > self.max_tokens:
            raise ValueError("target_tokens must not exceed max_tokens")
        if self.min_tokens > self.target:
            raise ValueError("min_tokens must not exceed the target size")
        if self.overlap_tokens > self.max_tokens // 2:
            raise ValueError("overlap_tokens must not exceed half of max_tokens")
        return self

    @property
    def name(self) -> str:
        """The strategy these options belong to; every options class says so in a literal field."""
        return str(self.model_dump(include={"strategy"})["strategy"])

    @property
    def target(self) -> int:
        """The size chunks are drawn to."""
        return self.max_tokens if self.target_tokens is None else self.target_tokens

    def key(self) -> str:
        """The options as one canonical string: equal options, equal chunk ids. Vectors cut nothing."""
        return canonical_json(self.model_dump(mode="json", exclude={"vectors", "vector_embedder"}))


class SentenceOptions(Options):
    """How text is split into sentences."""

    engine: SentenceEngine = Field(
        default=SentenceEngine.KERF,
        description="kerf: our own model; nupunkt; sat: a Segment any Text network that the operator has "
        "pulled; spacy; charboundary: where the operator has installed it; auto: kerf, and sat where kerf "
        "is in doubt.",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Least probability of an end (engines kerf, sat, auto): higher gives fewer sentences.",
    )
    sentence_model: ModelName | None = Field(
        default=None,
        description="Which network (engines sat, auto), or which installed pipeline (engine spacy); found by "
        "itself when there is one.",
    )
    language: Language | None = Field(
        default=None, description="Of the text (ISO 639), for engines that ask for it: spacy, auto."
    )

    max_length: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Most code points of a sentence (engine sat): the likeliest ones up to it are found, and "
        "the threshold is not looked at.",
    )
    min_length: int = Field(
        default=1, ge=1, description="Fewest code points where that can be, beside max_length."
    )
    length_prior: Literal["uniform", "gaussian", "polynomial", "lognormal"] = Field(
        default="uniform", description="Which lengths are likely in the language, beside max_length."
    )

    @model_validator(mode="after")
    def _engine_can_do_so(self) -> Self:
        if self.threshold is not None and self.engine not in WITH_PROBABILITIES:
            raise ValueError(f"the engine {self.engine} gives no probabilities to hold against a threshold")
        if self.max_length is not None and self.engine is not SentenceEngine.SAT:
            raise ValueError("only the engine sat finds sentences of bounded length")
        if self.min_length > (self.max_length or 1):
            raise ValueError("min_length needs a max_length that is not below it")
        return self


class EntityOptions(Options):
    """Whose named entities are told."""

    entities: ModelName | None = Field(
        default=None,
        description="A spaCy pipeline that the operator has installed: its named entities are added to the "
        "metadata of chunks.",
    )


class EmbeddingOptions(Options):
    """What turns texts into vectors."""

    embedder: ModelName = Field(
        default="minilm",
        description="minilm: all-MiniLM-L6-v2, which ships with Kerf; static: a table of word vectors that "
        "were learned from it, many times faster; or an embedder that the operator has declared by manifest.",
    )


class LanguageModelOptions(Options):
    """What tells how surprising text is."""

    language_model: ModelName | None = Field(
        default=None,
        description="A causal language model that the operator has declared by manifest; found by itself "
        "when there is one.",
    )


T = TypeVar("T", bound=Options)


def validated(kind: type[T], raw: Mapping[str, Any]) -> T:
    """Options as a user types them; InvalidOptions points at the first field that is wrong."""
    try:
        return kind.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    pointer = "".join(f"/{_escaped(str(part))}" for part in first["loc"])
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    raise InvalidOptions(f"{field}: {message}" if field else message, pointer=pointer)


def _escaped(part: str) -> str:
    """One reference token of a JSON Pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no white space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
