"""Options are validated once, frozen, and reject what they do not know."""

import json
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

STRATEGY_NAMES = ("recursive", "sentence", "topic", "section", "s2", "cast", "auto")
"""Every name a user may ever type; those without an implementation yet end in a typed error."""

DEFAULT_STRATEGY = "recursive"
SMALLEST_CAP = 16


class Options(BaseModel):
    """Base of every options class: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChunkingOptions(Options):
    """What every strategy understands. Sizes are tokens of `tokenizer`."""

    tokenizer: str = Field(
        default="bert",
        max_length=512,
        pattern=r"^(characters|words|bert|tiktoken:(o200k_base|cl100k_base)|hf:[^\x00]+)$",
        description="characters, words, bert, tiktoken:o200k_base, tiktoken:cl100k_base or hf:PATH",
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
        default=True, description="Prefix chunks with the headings above them, inside the cap."
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
        """The options as one canonical string: equal options, equal chunk ids."""
        return canonical_json(self.model_dump(mode="json"))


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no white space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
